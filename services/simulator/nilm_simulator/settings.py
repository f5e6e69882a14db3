"""Settings of the simulator, read from the environment under `NILM_SIMULATOR_`."""

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SimulatorSettings(BaseSettings):
    """What the simulator is started with."""

    model_config = SettingsConfigDict(env_prefix="NILM_SIMULATOR_")

    auth_target: str = "127.0.0.1:50051"
    """Where `auth` answers, host:port."""
    telemetry_target: str = "127.0.0.1:50052"
    """Where `telemetry` answers, host:port."""
    email: str = "demo@nilm.local"
    """Account that the building belongs to."""
    password_file: Path
    """File that holds the account's password."""
    building_name: str = Field(default="Demo home", min_length=1, max_length=100)
    """Name of the building, which is made where the account has none of that name."""
    time_zone: str = "Europe/London"
    """IANA zone that the household lives in."""
    seed: int = Field(default=7, ge=0)
    """Another seed is another household."""
    sample_period_s: int = Field(default=10, ge=1, le=300)
    """Time between two readings of a meter, s."""
    history_days: int = Field(default=14, ge=0, le=3_660)
    """How far back the readings of a new building begin, days."""
    host: str = "127.0.0.1"
    ops_port: int = Field(default=0, ge=0, le=65_535)
    """Port of metrics and health over HTTP; 0 takes a free one."""
    environment: Literal["development", "production"] = "production"
    """In development, `/health` tells details."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is no IANA time zone") from error
        return name
