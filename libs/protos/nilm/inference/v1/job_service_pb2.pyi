import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from nilm.inference.v1 import job_pb2 as _job_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateDisaggregationJobRequest(_message.Message):
    __slots__ = ("building_id", "appliance_ids", "start_time", "end_time", "request_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    APPLIANCE_IDS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    appliance_ids: _containers.RepeatedScalarFieldContainer[str]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    request_id: str
    def __init__(self, building_id: _Optional[str] = ..., appliance_ids: _Optional[_Iterable[str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class CreateDisaggregationJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.DisaggregationJob
    def __init__(self, job: _Optional[_Union[_job_pb2.DisaggregationJob, _Mapping]] = ...) -> None: ...

class GetDisaggregationJobRequest(_message.Message):
    __slots__ = ("building_id", "job_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    job_id: str
    def __init__(self, building_id: _Optional[str] = ..., job_id: _Optional[str] = ...) -> None: ...

class GetDisaggregationJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.DisaggregationJob
    def __init__(self, job: _Optional[_Union[_job_pb2.DisaggregationJob, _Mapping]] = ...) -> None: ...

class ListDisaggregationJobsRequest(_message.Message):
    __slots__ = ("building_id", "page_size", "page_token")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    page_size: int
    page_token: str
    def __init__(self, building_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDisaggregationJobsResponse(_message.Message):
    __slots__ = ("jobs", "next_page_token")
    JOBS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[_job_pb2.DisaggregationJob]
    next_page_token: str
    def __init__(self, jobs: _Optional[_Iterable[_Union[_job_pb2.DisaggregationJob, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CancelDisaggregationJobRequest(_message.Message):
    __slots__ = ("building_id", "job_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    job_id: str
    def __init__(self, building_id: _Optional[str] = ..., job_id: _Optional[str] = ...) -> None: ...

class CancelDisaggregationJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.DisaggregationJob
    def __init__(self, job: _Optional[_Union[_job_pb2.DisaggregationJob, _Mapping]] = ...) -> None: ...

class WatchDisaggregationJobRequest(_message.Message):
    __slots__ = ("building_id", "job_id")
    BUILDING_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    building_id: str
    job_id: str
    def __init__(self, building_id: _Optional[str] = ..., job_id: _Optional[str] = ...) -> None: ...

class WatchDisaggregationJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.DisaggregationJob
    def __init__(self, job: _Optional[_Union[_job_pb2.DisaggregationJob, _Mapping]] = ...) -> None: ...
