"""Answers in annotated CSV, read as the client's own parser reads them."""

import io
from datetime import UTC, datetime

import pytest
from influxdb_client.client.flux_csv_parser import FluxCsvParser, FluxSerializationMode
from urllib3 import HTTPResponse

from nilm_telemetry.adapters.influxdb.annotated import FluxAnswerError, parse
from tests.support.influxdb_data import Table, annotated_csv, microseconds, moment

# The documentation's examples: docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv
DOCUMENTED = (
    "#group,false,false,true,true,false,false,false,false,false,false\r\n"
    "#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,string,string,string,"
    "string,double\r\n"
    "#default,mean,,,,,,,,,\r\n"
    ",result,table,_start,_stop,_time,_field,_measurement,host,region,_value\r\n"
    ",,0,2022-12-31T05:41:24Z,2023-01-31T05:41:24.001Z,2023-01-01T00:52:00Z,cpu,m,h1,east,15.43\r\n"
    ",,0,2022-12-31T05:41:24Z,2023-01-31T05:41:24.001Z,2023-01-01T00:53:00Z,cpu,m,h1,east,59.25\r\n"
    ',,1,2022-12-31T05:41:24Z,2023-01-31T05:41:24.001Z,2023-01-01T00:52:00Z,cpu,m,h2,"a,b",52.62\r\n'
    "\r\n"
)
DOCUMENTED_ERROR = (
    "#datatype,string,long\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n"
    ",Failed to parse query,897\r\n"
)


def by_the_client(text: str) -> list[tuple[datetime, object, int]]:
    """Returns time, value and table of each record as the client's own parser has them."""
    response = HTTPResponse(body=io.BytesIO(text.encode()), preload_content=False)
    parser = FluxCsvParser(response, FluxSerializationMode.stream)
    return [(record.get_time(), record.get_value(), record.table) for record in parser.generator()]


def by_us(text: str) -> list[tuple[datetime, object]]:
    return [
        (moment(time), value)
        for rows in parse(text.encode())
        for time, value in zip(
            rows.times_us().tolist(), rows.columns["_value"].to_pylist(), strict=True
        )
    ]


def test_the_documented_answer_is_read_as_the_client_reads_it() -> None:
    expected = [(time, value) for time, value, _ in by_the_client(DOCUMENTED)]
    assert by_us(DOCUMENTED) == expected
    assert expected[0] == (datetime(2023, 1, 1, 0, 52, tzinfo=UTC), 15.43)
    (rows,) = parse(DOCUMENTED.encode())
    assert rows.texts("region") == ["east", "east", "a,b"]
    assert rows.where("host", "h2").floats().tolist() == [52.62]


def test_several_shapes_are_read_in_turn() -> None:
    tables = [
        Table({"_field": "a"}, [{"_time": moment(1), "_value": 1.5}]),
        Table(
            {"_field": "b"}, [{"_time": moment(1), "_value": 7}, {"_time": moment(2), "_value": 8}]
        ),
        Table({"_field": "c"}, [{"_time": moment(3), "_value": "v1%20x"}]),
    ]
    text = annotated_csv({"_result": tables})
    assert by_us(text) == [(time, value) for time, value, _ in by_the_client(text)]
    assert [rows.texts("_field") for rows in parse(text.encode())] == [["a"], ["b", "b"], ["c"]]


def test_times_keep_their_microseconds() -> None:
    times = [0, 1, 1_709_251_200_123_456, -1, 2**52]
    tables = [Table({}, [{"_time": moment(time), "_value": 0.0} for time in times])]
    (rows,) = parse(annotated_csv({"_result": tables}).encode())
    assert rows.times_us().tolist() == times
    assert [microseconds(moment(time)) for time in times] == times


@pytest.mark.parametrize("nothing", ["", "\r\n", annotated_csv({"_result": []})])
def test_an_empty_answer_has_no_rows(nothing: str) -> None:
    assert parse(nothing.encode()) == []


def test_a_header_without_rows_has_no_rows() -> None:
    assert parse(DOCUMENTED.split("\r\n,,0", maxsplit=1)[0].encode() + b"\r\n") == []


def test_an_error_in_the_answer_is_raised_also_after_rows() -> None:
    for text in (DOCUMENTED_ERROR, DOCUMENTED + DOCUMENTED_ERROR):
        with pytest.raises(FluxAnswerError, match="Failed to parse query"):
            parse(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "<html>a proxy's page</html>\r\n",
        ",result,table,_value\r\n,,0,1\r\n",
        DOCUMENTED.replace("double", "tuple"),
        DOCUMENTED.replace("15.43", "many"),
        DOCUMENTED.replace(",15.43", ""),
    ],
)
def test_what_is_no_annotated_csv_is_refused(text: str) -> None:
    with pytest.raises(FluxAnswerError):
        parse(text.encode())
