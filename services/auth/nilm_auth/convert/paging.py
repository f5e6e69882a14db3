"""The page that a list request asks for."""

from typing import Protocol

from nilm_auth.service.paging import PageRequest


class ListRequest(Protocol):
    """What every list request has."""

    page_size: int
    page_token: str


def page_request(request: ListRequest) -> PageRequest:
    """Returns the page that a list request asks for."""
    return PageRequest(size=request.page_size, token=request.page_token)
