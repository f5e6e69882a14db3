"""The one table from domain errors to gRPC codes, and rich statuses both ways."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import cast

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from nilm_core import errors

DOMAIN = "nilm"

CODES: Mapping[type[errors.NilmError], grpc.StatusCode] = MappingProxyType(
    {
        errors.InvalidArgumentError: grpc.StatusCode.INVALID_ARGUMENT,
        errors.UnauthenticatedError: grpc.StatusCode.UNAUTHENTICATED,
        errors.PermissionDeniedError: grpc.StatusCode.PERMISSION_DENIED,
        errors.NotFoundError: grpc.StatusCode.NOT_FOUND,
        errors.AlreadyExistsError: grpc.StatusCode.ALREADY_EXISTS,
        errors.FailedPreconditionError: grpc.StatusCode.FAILED_PRECONDITION,
        errors.AbortedError: grpc.StatusCode.ABORTED,
        errors.ResourceExhaustedError: grpc.StatusCode.RESOURCE_EXHAUSTED,
        errors.UnavailableError: grpc.StatusCode.UNAVAILABLE,
        errors.DataCorruptionError: grpc.StatusCode.DATA_LOSS,
        errors.NilmError: grpc.StatusCode.INTERNAL,
    }
)

_ERRORS = {code: error for error, code in CODES.items()}
INTERNAL_MESSAGE = "internal error; the request id names it in the server's log"


def code_of(error: errors.NilmError) -> grpc.StatusCode:
    """Returns the gRPC code of an error, by its nearest class in the table."""
    return next(CODES[cls] for cls in type(error).__mro__ if cls in CODES)


def to_status(error: errors.NilmError, request_id: str) -> grpc.Status:
    """Returns the rich status of an error: ErrorInfo always, BadRequest and RetryInfo if known."""
    details = [
        error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.metadata),
        error_details_pb2.RequestInfo(request_id=request_id),
    ]
    if isinstance(error, errors.InvalidArgumentError) and error.violations:
        details.append(
            error_details_pb2.BadRequest(
                field_violations=[
                    error_details_pb2.BadRequest.FieldViolation(
                        field=violation.field, description=violation.description
                    )
                    for violation in error.violations
                ]
            )
        )
    if error.retry_after is not None:
        retry_info = error_details_pb2.RetryInfo()
        retry_info.retry_delay.FromTimedelta(error.retry_after)
        details.append(retry_info)
    status = status_pb2.Status(code=code_of(error).value[0], message=error.message)
    for detail in details:
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return rpc_status.to_status(status)


def from_rpc_error(error: grpc.aio.AioRpcError) -> errors.NilmError:
    """Returns the domain error that another service answered with."""
    error_type = _ERRORS.get(error.code(), errors.NilmError)
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        error_type = errors.UnavailableError
    reason, metadata, retry_after = None, {}, None
    violations: list[errors.FieldViolation] = []
    status = rpc_status.from_call(cast("grpc.Call", error))
    for detail in status.details if status is not None else ():
        info, bad, retry = (
            error_details_pb2.ErrorInfo(),
            error_details_pb2.BadRequest(),
            error_details_pb2.RetryInfo(),
        )
        if detail.Unpack(info):
            reason, metadata = info.reason, dict(info.metadata)
        elif detail.Unpack(bad):
            violations += [
                errors.FieldViolation(violation.field, violation.description)
                for violation in bad.field_violations
            ]
        elif detail.Unpack(retry):
            retry_after = retry.retry_delay.ToTimedelta()
    message = error.details() or error.code().name
    if error_type is errors.InvalidArgumentError:
        return errors.InvalidArgumentError(
            message, violations=violations, reason=reason, metadata=metadata
        )
    if error_type is errors.UnavailableError and retry_after is None:
        retry_after = timedelta(seconds=1)
    return error_type(message, reason=reason, metadata=metadata, retry_after=retry_after)
