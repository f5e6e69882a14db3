"""Which RPC needs what; a method that is absent is denied."""

from dataclasses import replace

from nilm_core.access import Permission
from nilm_rpc.policy import ADMIN, AUTHENTICATED, PUBLIC, LimitClass, Policy, on_building

_AUTH = "/nilm.auth.v1.AuthService"
_USERS = "/nilm.auth.v1.UserService"
_ACCESS = "/nilm.auth.v1.AccessService"
_BUILDINGS = "/nilm.buildings.v1.BuildingService"
_MEMBERS = "/nilm.buildings.v1.MemberService"

_SIGN_IN = replace(PUBLIC, limit=LimitClass.SIGN_IN)
_PASSWORD = replace(AUTHENTICATED, limit=LimitClass.SIGN_IN)
_READ = on_building(Permission.BUILDING_READ)
_MANAGE = on_building(Permission.BUILDING_MANAGE)
_MANAGE_MEMBERS = on_building(Permission.MEMBERS_MANAGE)


def _parts(noun: str) -> Policy:
    """Returns the rules of a thing that belongs to a building."""
    service = f"/nilm.buildings.v1.{noun}Service"
    return {
        f"{service}/Create{noun}": _MANAGE,
        f"{service}/Get{noun}": _READ,
        f"{service}/List{noun}s": _READ,
        f"{service}/Update{noun}": _MANAGE,
        f"{service}/Delete{noun}": _MANAGE,
    }


POLICY: Policy = {
    f"{_AUTH}/SignUp": _SIGN_IN,
    f"{_AUTH}/SignIn": _SIGN_IN,
    f"{_AUTH}/RefreshToken": PUBLIC,
    f"{_AUTH}/SignOut": PUBLIC,
    f"{_AUTH}/GetMe": AUTHENTICATED,
    f"{_AUTH}/UpdateMe": _PASSWORD,
    f"{_AUTH}/ChangePassword": _PASSWORD,
    f"{_AUTH}/RequestPasswordReset": _SIGN_IN,
    f"{_AUTH}/ResetPassword": _SIGN_IN,
    f"{_AUTH}/IssueServiceToken": _SIGN_IN,
    f"{_USERS}/GetUser": ADMIN,
    f"{_USERS}/ListUsers": ADMIN,
    f"{_USERS}/UpdateUser": ADMIN,
    f"{_USERS}/DeleteUser": ADMIN,
    f"{_ACCESS}/GetBuildingAccess": AUTHENTICATED,
    f"{_BUILDINGS}/CreateBuilding": AUTHENTICATED,
    f"{_BUILDINGS}/GetBuilding": _READ,
    f"{_BUILDINGS}/ListBuildings": AUTHENTICATED,
    f"{_BUILDINGS}/UpdateBuilding": _MANAGE,
    f"{_BUILDINGS}/DeleteBuilding": _MANAGE,
    f"{_MEMBERS}/CreateMember": _MANAGE_MEMBERS,
    f"{_MEMBERS}/GetMember": _MANAGE_MEMBERS,
    f"{_MEMBERS}/ListMembers": _MANAGE_MEMBERS,
    f"{_MEMBERS}/UpdateMember": _MANAGE_MEMBERS,
    f"{_MEMBERS}/DeleteMember": _MANAGE_MEMBERS,
    **_parts("Meter"),
    **_parts("Appliance"),
    **_parts("Tariff"),
}
