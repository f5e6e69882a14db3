"""Makes the buckets and tasks that are missing; what is there already is left as it is."""

from influxdb_client.domain.post_bucket_request import PostBucketRequest
from influxdb_client.service.buckets_service import BucketsService
from influxdb_client.service.organizations_service import OrganizationsService

from nilm_core.errors import FailedPreconditionError
from nilm_telemetry.adapters.influxdb.client import InfluxClient
from nilm_telemetry.adapters.influxdb.schema import LEVELS


def bucket_names(client: InfluxClient) -> tuple[str, ...]:
    """Returns all buckets that there are to be."""
    config = client.config
    return (
        config.raw_bucket,
        config.predictions_bucket,
        config.catalog_bucket,
        *(config.level_bucket(level.name) for level in LEVELS),
    )


async def prepare_buckets(client: InfluxClient) -> list[str]:
    """Makes the buckets that are missing, to be kept for ever, and returns their names.

    Raises:
        NilmError: The server is away, or the token may not.
    """
    service = BucketsService(client.api.api_client)
    missing = []
    for name in bucket_names(client):
        found = await client.find(service.get_buckets_async, name=name, org=client.config.org)
        buckets = found.buckets or () if found is not None else ()
        if not any(bucket.name == name for bucket in buckets):
            missing.append(name)
    if not missing:
        return []
    org_id = await _org_id(client)
    for name in missing:
        request = PostBucketRequest(org_id=org_id, name=name, retention_rules=[])
        await client.call(service.post_buckets_async, request)
    return missing


async def _org_id(client: InfluxClient) -> str:
    service = OrganizationsService(client.api.api_client)
    found = await client.find(service.get_orgs_async, org=client.config.org)
    if found is None or not found.orgs:
        raise FailedPreconditionError(
            f"the time-series store has no organisation {client.config.org!r}"
        )
    return str(found.orgs[0].id)
