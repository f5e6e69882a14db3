from nilm_auth.domain.role import ADMIN_PERMISSIONS, PERMISSIONS, SERVICE_PERMISSIONS, Role
from nilm_core.access import Permission


def test_every_role_has_its_row_and_each_holds_the_one_before() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert (
        PERMISSIONS[Role.VIEWER]
        < PERMISSIONS[Role.WARDEN]
        < PERMISSIONS[Role.MANAGER]
        == ADMIN_PERMISSIONS
        == set(Permission)
    )


def test_viewers_change_nothing_and_services_manage_nothing() -> None:
    assert not [name for name in PERMISSIONS[Role.VIEWER] if not name.endswith("_READ")]
    assert not [name for name in SERVICE_PERMISSIONS if name.endswith("_MANAGE")]
