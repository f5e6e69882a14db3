from typing import Any

import pytest
from google.protobuf.message import Message

from nilm.auth.v1 import auth_service_pb2 as auth_pb
from nilm.auth.v1 import user_service_pb2 as users_pb
from nilm.buildings.v1 import appliance_service_pb2 as appliances_pb
from nilm.buildings.v1 import building_service_pb2 as buildings_pb
from nilm.buildings.v1 import member_pb2 as member_pb
from nilm.buildings.v1 import member_service_pb2 as members_pb
from nilm.buildings.v1 import meter_pb2 as meter_pb
from nilm.buildings.v1 import meter_service_pb2 as meters_pb
from nilm.buildings.v1 import tariff_service_pb2 as tariffs_pb
from nilm_auth.convert import accounts, appliances, buildings, members, meters, tariffs
from nilm_auth.domain.building import BuildingChanges
from nilm_auth.domain.meter import ApplianceChanges
from nilm_auth.domain.role import Role
from nilm_auth.domain.tariff import TariffChanges
from nilm_auth.domain.user import UserChanges
from nilm_core.access import MeterKind
from nilm_core.errors import InvalidArgumentError

BUILDING = {"display_name": "Home", "time_zone": "Europe/London"}
METER = {
    "display_name": "Plug",
    "kind": meter_pb.METER_KIND_APPLIANCE,
    "appliance_id": "kettle",
}
APPLIANCE = {"appliance_id": "kettle", "display_name": "Kettle", "rated_power_w": 2_800.0}
RATE = {"weekdays": [7, 6], "start_minute": 1_425, "end_minute": 420, "price_per_kwh": 0.09}
TARIFF = {
    "display_name": "Economy",
    "effective_date": "2024-04-01",
    "currency_code": "GBP",
    "price_per_kwh": 0.31,
}
SIGN_UP = {"email": "ada@home.local", "password": "correct horse"}
MEMBER = {"email": "ada@home.local", "role": member_pb.ROLE_VIEWER}

CASES: dict[str, tuple[Any, type[Message], dict[str, Any]]] = {
    "building": (buildings.building_draft, buildings_pb.CreateBuildingRequest, BUILDING),
    "building change": (buildings.building_changes, buildings_pb.UpdateBuildingRequest, {}),
    "meter": (meters.meter_draft, meters_pb.CreateMeterRequest, METER),
    "meter change": (meters.changed_name, meters_pb.UpdateMeterRequest, {}),
    "appliance": (appliances.appliance_draft, appliances_pb.CreateApplianceRequest, APPLIANCE),
    "appliance change": (
        appliances.appliance_changes,
        appliances_pb.UpdateApplianceRequest,
        {},
    ),
    "tariff": (tariffs.tariff_draft, tariffs_pb.CreateTariffRequest, TARIFF),
    "tariff change": (tariffs.tariff_changes, tariffs_pb.UpdateTariffRequest, {}),
    "member": (members.new_member, members_pb.CreateMemberRequest, MEMBER),
    "member change": (members.changed_role, members_pb.UpdateMemberRequest, {}),
    "sign-up": (accounts.sign_up, auth_pb.SignUpRequest, SIGN_UP),
    "sign-in": (accounts.credentials, auth_pb.SignInRequest, SIGN_UP),
    "own change": (accounts.own_changes, auth_pb.UpdateMeRequest, {}),
    "user change": (accounts.user_changes, users_pb.UpdateUserRequest, {}),
    "service": (
        accounts.service_credentials,
        auth_pb.IssueServiceTokenRequest,
        {"service_name": "inference", "service_secret": "secret"},
    ),
}

BAD = [
    ("building", {"display_name": " "}, "display_name"),
    ("building", {"display_name": "x" * 101}, "display_name"),
    ("building", {"display_name": "two\nlines"}, "display_name"),
    ("building", {"time_zone": ""}, "time_zone"),
    ("building", {"time_zone": "Europe/Atlantis"}, "time_zone"),
    ("building", {"time_zone": "../UTC"}, "time_zone"),
    ("building", {"address": "x" * 501}, "address"),
    ("building change", {"display_name": ""}, "display_name"),
    ("building change", {"time_zone": ""}, "time_zone"),
    ("meter", {"kind": meter_pb.METER_KIND_UNSPECIFIED}, "kind"),
    ("meter", {"kind": 9}, "kind"),
    ("meter", {"kind": meter_pb.METER_KIND_MAINS}, "appliance_id"),
    ("meter", {"appliance_id": ""}, "appliance_id"),
    ("meter", {"appliance_id": "The Kettle"}, "appliance_id"),
    ("meter", {"display_name": "a\x00b"}, "display_name"),
    ("meter change", {"display_name": ""}, "display_name"),
    ("appliance", {"appliance_id": ""}, "appliance_id"),
    ("appliance", {"rated_power_w": -1.0}, "rated_power_w"),
    ("appliance", {"rated_power_w": 100_001.0}, "rated_power_w"),
    ("appliance", {"rated_power_w": float("nan")}, "rated_power_w"),
    ("appliance change", {"rated_power_w": float("inf")}, "rated_power_w"),
    ("tariff", {"effective_date": "2024-02-30"}, "effective_date"),
    ("tariff", {"effective_date": "20240401"}, "effective_date"),
    ("tariff", {"currency_code": "gbp"}, "currency_code"),
    ("tariff", {"price_per_kwh": -0.1}, "price_per_kwh"),
    ("tariff", {"standing_charge_per_day": float("inf")}, "standing_charge_per_day"),
    ("tariff", {"rates": [{**RATE, "weekdays": [0]}]}, "rates[0].weekdays"),
    ("tariff", {"rates": [RATE, {**RATE, "weekdays": [1, 1]}]}, "rates[1].weekdays"),
    ("tariff", {"rates": [{**RATE, "start_minute": 7}]}, "rates[0].start_minute"),
    ("tariff", {"rates": [{**RATE, "start_minute": 1_440}]}, "rates[0].start_minute"),
    ("tariff", {"rates": [{**RATE, "end_minute": 0}]}, "rates[0].end_minute"),
    ("tariff", {"rates": [{**RATE, "price_per_kwh": -1}]}, "rates[0].price_per_kwh"),
    ("tariff", {"rates": [RATE] * 101}, "rates"),
    ("tariff change", {"currency_code": ""}, "currency_code"),
    ("member", {"email": "ada"}, "email"),
    ("member", {"role": member_pb.ROLE_UNSPECIFIED}, "role"),
    ("member change", {"role": 9}, "role"),
    ("sign-up", {"password": "x" * 9}, "password"),
    ("sign-up", {"password": "x" * 129}, "password"),
    ("sign-in", {"password": ""}, "password"),
    ("own change", {"email": "new@home.local"}, "current_password"),
    ("user change", {"display_name": ""}, "display_name"),
    ("service", {"service_name": "Inference!"}, "service_name"),
    ("service", {"service_secret": ""}, "service_secret"),
]


@pytest.mark.parametrize(("case", "changes", "field"), BAD)
def test_bad_input_names_its_field_and_a_remedy(
    case: str, changes: dict[str, Any], field: str
) -> None:
    convert, request, good = CASES[case]
    convert(request(**good))
    with pytest.raises(InvalidArgumentError) as caught:
        convert(request(**{**good, **changes}))
    (violation,) = caught.value.violations
    assert violation.field == field
    assert len(violation.description.split()) > 3


def test_absent_fields_change_nothing() -> None:
    assert buildings.building_changes(buildings_pb.UpdateBuildingRequest()) == BuildingChanges()
    assert meters.changed_name(meters_pb.UpdateMeterRequest()) is None
    empty = appliances_pb.UpdateApplianceRequest()
    assert appliances.appliance_changes(empty) == ApplianceChanges()
    assert tariffs.tariff_changes(tariffs_pb.UpdateTariffRequest()) == TariffChanges()
    assert members.changed_role(members_pb.UpdateMemberRequest()) is None
    assert accounts.user_changes(users_pb.UpdateUserRequest()) == UserChanges()


def test_present_fields_change_even_to_nothing() -> None:
    change = buildings_pb.UpdateBuildingRequest(address="")
    assert buildings.building_changes(change) == BuildingChanges(address="")
    demoted = users_pb.UpdateUserRequest(is_admin=False)
    assert accounts.user_changes(demoted) == UserChanges(is_admin=False)


def test_a_mask_chooses_what_changes_in_a_tariff_and_clears_what_is_absent() -> None:
    def changes(*paths: str, **fields: Any) -> TariffChanges:
        mask = {"paths": list(paths)}
        return tariffs.tariff_changes(tariffs_pb.UpdateTariffRequest(update_mask=mask, **fields))

    assert changes("rates", display_name="not named") == TariffChanges(rates=())
    assert changes("standing_charge_per_day") == TariffChanges(standing_charge_per_day=0.0)
    assert changes("*", **TARIFF).rates == ()
    with pytest.raises(InvalidArgumentError, match="price_per_kwh: cannot be cleared"):
        changes("price_per_kwh")
    with pytest.raises(InvalidArgumentError, match="update_mask: names 'tariff_id'"):
        changes("tariff_id")


def test_every_role_and_kind_of_meter_has_its_number() -> None:
    assert set(members.ROLE_NUMBERS) == set(Role)
    assert {member_pb.Role.Name(n) for n in members.ROLE_NUMBERS.values()} == {
        f"ROLE_{role.name}" for role in Role
    }
    assert set(meters.METER_KIND_NUMBERS) == set(MeterKind)
    assert {meter_pb.MeterKind.Name(n) for n in meters.METER_KIND_NUMBERS.values()} == {
        f"METER_KIND_{kind.name}" for kind in MeterKind
    }
