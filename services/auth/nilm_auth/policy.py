"""Which RPC needs what; a method that is absent is denied."""

from dataclasses import replace

from nilm_core.access import Permission
from nilm_rpc.policy import ADMIN, AUTHENTICATED, PUBLIC, LimitClass, Policy, Rule, on_building

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
_CHANGE_BUILDING = replace(_MANAGE, changes_access=True)
_CHANGE_MEMBERS = replace(_MANAGE_MEMBERS, changes_access=True)
_CHANGE_USERS = replace(ADMIN, changes_access=True)


def _parts(noun: str, change: Rule = _MANAGE) -> Policy:
    """Returns the rules of a thing that belongs to a building; `change` is that of its writes."""
    service = f"/nilm.buildings.v1.{noun}Service"
    return {
        f"{service}/Create{noun}": change,
        f"{service}/Get{noun}": _READ,
        f"{service}/List{noun}s": _READ,
        f"{service}/Update{noun}": change,
        f"{service}/Delete{noun}": change,
    }


POLICY: Policy = {
    f"{_AUTH}/GetSignInOptions": PUBLIC,
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
    f"{_USERS}/UpdateUser": _CHANGE_USERS,
    f"{_USERS}/DeleteUser": _CHANGE_USERS,
    f"{_ACCESS}/GetBuildingAccess": AUTHENTICATED,
    f"{_BUILDINGS}/CreateBuilding": AUTHENTICATED,
    f"{_BUILDINGS}/GetBuilding": _READ,
    f"{_BUILDINGS}/ListBuildings": AUTHENTICATED,
    f"{_BUILDINGS}/UpdateBuilding": _CHANGE_BUILDING,
    f"{_BUILDINGS}/DeleteBuilding": _CHANGE_BUILDING,
    f"{_MEMBERS}/CreateMember": _CHANGE_MEMBERS,
    f"{_MEMBERS}/GetMember": _MANAGE_MEMBERS,
    f"{_MEMBERS}/ListMembers": _MANAGE_MEMBERS,
    f"{_MEMBERS}/UpdateMember": _CHANGE_MEMBERS,
    f"{_MEMBERS}/DeleteMember": _CHANGE_MEMBERS,
    **_parts("Meter", _CHANGE_BUILDING),
    **_parts("Appliance"),
    **_parts("Tariff"),
}
