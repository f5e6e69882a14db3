from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor

from nilm.auth.v1 import (  # noqa: F401 # registers the descriptors
    access_service_pb2,
    auth_service_pb2,
    user_service_pb2,
)
from nilm.buildings.v1 import (  # noqa: F401 # registers the descriptors
    appliance_service_pb2,
    building_service_pb2,
    member_service_pb2,
    meter_service_pb2,
    tariff_service_pb2,
)
from nilm_auth.policy import POLICY
from nilm_auth.servicer.access import AccessServicer
from nilm_auth.servicer.appliances import ApplianceServicer
from nilm_auth.servicer.auth import AuthServicer
from nilm_auth.servicer.buildings import BuildingServicer
from nilm_auth.servicer.members import MemberServicer
from nilm_auth.servicer.meters import MeterServicer
from nilm_auth.servicer.tariffs import TariffServicer
from nilm_auth.servicer.users import UserServicer
from nilm_rpc.policy import Audience

SERVICERS = {
    "nilm.auth.v1.AuthService": AuthServicer,
    "nilm.auth.v1.UserService": UserServicer,
    "nilm.auth.v1.AccessService": AccessServicer,
    "nilm.buildings.v1.BuildingService": BuildingServicer,
    "nilm.buildings.v1.MemberService": MemberServicer,
    "nilm.buildings.v1.MeterService": MeterServicer,
    "nilm.buildings.v1.ApplianceService": ApplianceServicer,
    "nilm.buildings.v1.TariffService": TariffServicer,
}
PUBLIC = {
    "GetSignInOptions",
    "SignUp",
    "SignIn",
    "RefreshToken",
    "SignOut",
    "RequestPasswordReset",
    "ResetPassword",
    "IssueServiceToken",
}


def _methods() -> set[tuple[str, str]]:
    pool = descriptor_pool.Default()
    return {
        (service, method.name)
        for service in SERVICERS
        for method in pool.FindServiceByName(service).methods
    }


def test_every_rpc_has_a_rule_and_every_rule_an_rpc() -> None:
    assert set(POLICY) == {f"/{service}/{method}" for service, method in _methods()}


def test_every_rpc_is_served() -> None:
    missing = {
        (service, method)
        for service, method in _methods()
        if method not in vars(SERVICERS[service])
    }
    assert not missing


def test_only_what_comes_before_a_sign_in_is_public() -> None:
    public = {
        method.rpartition("/")[2]
        for method, rule in POLICY.items()
        if rule.audience is Audience.PUBLIC
    }
    assert public == PUBLIC


def test_an_answer_that_holds_a_token_is_never_kept_for_a_repeat() -> None:
    pool = descriptor_pool.Default()
    kept = {
        method.output_type
        for service in SERVICERS
        for method in pool.FindServiceByName(service).methods
        if "request_id" in method.input_type.fields_by_name
    }
    assert kept
    assert not {name for message in kept for name in _field_names(message) if "token" in name}


def _field_names(message: Descriptor) -> set[str]:
    """Returns the names of all fields of a message and of those inside it; none is recursive."""
    return {
        name
        for field in message.fields
        for name in {field.name, *(_field_names(field.message_type) if field.message_type else ())}
    }
