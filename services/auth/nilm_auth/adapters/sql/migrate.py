"""Running the migrations that are packaged with the service."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from nilm_core.errors import FailedPreconditionError

_SCRIPTS = "nilm_auth.adapters.sql:migrations"


def upgrade(connection: Connection) -> None:
    """Brings the tables to the newest form, within the connection's transaction.

    Raises:
        FailedPreconditionError: The tables were made by a newer version of the service.
    """
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise FailedPreconditionError(
            f"the account database was made by another version of this service: {error}"
        ) from error
