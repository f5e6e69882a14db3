"""Two households, the people of one of them in each role, and rows in every table."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import httpx

from tests.contract.auth.conftest import account_id
from tests.support.supabase import SupabaseProject

PEOPLE = ("ada", "wes", "vi", "eve", "dis", "root")
"""Manager, warden and viewer of `home`; manager of `cave`; a manager of `home` who is disabled; the
administrator."""
NOBODY = "anon"
EVERYBODY = frozenset({*PEOPLE, NOBODY})


@dataclass(frozen=True, slots=True)
class Target:
    """What the tests do in one table."""

    key: Mapping[str, str]
    """The row of `home` that is read, changed and deleted."""
    new: Mapping[str, Any]
    """A row that is not there and would belong to `home`."""
    change: Mapping[str, Any]
    """What is changed in the row."""


_HOME = {"building_id": "bld_home"}
TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "profiles": Target(
            {"user_id": account_id("wes")},
            {"user_id": account_id("new"), "email": "new@home.local", "display_name": "new"},
            {"display_name": "Wesley"},
        ),
        "buildings": Target(
            _HOME,
            {"building_id": "bld_new", "display_name": "new", "time_zone": "UTC"},
            {"address": "Lane 1"},
        ),
        "building_members": Target(
            {**_HOME, "user_id": account_id("wes")},
            {**_HOME, "user_id": account_id("eve"), "role": "viewer"},
            {"role": "viewer"},
        ),
        "meters": Target(
            {"meter_id": "mtr_home"},
            {"meter_id": "mtr_new", **_HOME, "display_name": "new", "kind": "MAINS"},
            {"display_name": "Plug"},
        ),
        "building_appliances": Target(
            {**_HOME, "appliance_id": "kettle"},
            {**_HOME, "appliance_id": "dryer", "display_name": "new"},
            {"rated_power_w": 2_000},
        ),
        "tariffs": Target(
            {"tariff_id": "trf_home"},
            {
                "tariff_id": "trf_new",
                **_HOME,
                "display_name": "new",
                "effective_date": "2025-01-01",
                "currency_code": "GBP",
                "price_per_kwh": 0.3,
            },
            {"price_per_kwh": 0.4},
        ),
        "org_appliances": Target(
            {"appliance_id": "kettle"},
            {"appliance_id": "dryer", "display_name": "new"},
            {"display_name": "Kettles"},
        ),
        "appliance_models": Target(
            {"appliance_id": "kettle", "model_id": "cnn", "model_version": "1"},
            {"appliance_id": "kettle", "model_id": "cnn", "model_version": "2"},
            {"is_active": True},
        ),
    }
)

_ROWS = """
truncate auth.users, buildings, org_appliances cascade;
insert into auth.users (id, email, raw_app_meta_data) values
    ('{ada}', 'ada@home.local', '{{}}'), ('{wes}', 'wes@home.local', '{{}}'),
    ('{vi}', 'vi@home.local', '{{}}'), ('{eve}', 'eve@home.local', '{{}}'),
    ('{dis}', 'dis@home.local', '{{}}'), ('{root}', 'root@home.local', '{{"admin": true}}');
update profiles set is_disabled = true where user_id = '{dis}';
insert into buildings (building_id, display_name, time_zone)
    values ('bld_home', 'Home', 'UTC'), ('bld_cave', 'Cave', 'UTC');
insert into building_members (building_id, user_id, role) values
    ('bld_home', '{ada}', 'manager'), ('bld_home', '{wes}', 'warden'),
    ('bld_home', '{vi}', 'viewer'), ('bld_home', '{dis}', 'manager'),
    ('bld_cave', '{eve}', 'manager');
insert into meters (meter_id, building_id, display_name, kind, appliance_id) values
    ('mtr_home', 'bld_home', 'Kettle', 'APPLIANCE', 'kettle'),
    ('mtr_cave', 'bld_cave', 'Mains', 'MAINS', '');
insert into building_appliances (building_id, appliance_id, display_name) values
    ('bld_home', 'kettle', 'Kettle'), ('bld_cave', 'kettle', 'Kettle');
insert into tariffs (
    tariff_id, building_id, display_name, effective_date, currency_code, price_per_kwh
) values
    ('trf_home', 'bld_home', 'Flat', '2024-01-01', 'GBP', 0.3),
    ('trf_cave', 'bld_cave', 'Flat', '2024-01-01', 'GBP', 0.3);
insert into org_appliances (appliance_id, display_name) values ('kettle', 'Kettle');
insert into appliance_models (appliance_id, model_id, model_version) values ('kettle', 'cnn', '1');
"""


class World:
    """A project with those people and rows, spoken to as any client of the REST API would."""

    def __init__(self, project: SupabaseProject) -> None:
        self.project = project
        self.project.sql(_ROWS.format(**{name: account_id(name) for name in PEOPLE}))

    def headers(self, person: str) -> dict[str, str]:
        """Returns the headers of a person's requests."""
        key = self.project.anon_key
        token = key if person == NOBODY else self.project.token(account_id(person))
        return {"apikey": key, "authorization": f"Bearer {token}"}

    def request(
        self,
        person: str,
        method: str,
        path: str,
        *,
        where: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """Sends a request as a person; changes answer with the rows that they changed."""
        return self.project.http.request(
            method,
            f"{self.project.url}/rest/v1/{path}",
            params={name: f"eq.{value}" for name, value in (where or {}).items()},
            json=body,
            headers=self.headers(person) | {"prefer": "return=representation"},
        )

    def rows(self, table: str) -> str:
        """Returns all that a table holds, whoever may see it."""
        return self.project.sql(f"select * from public.{table} order by 1, 2, 3")  # noqa: S608 # a table's name
