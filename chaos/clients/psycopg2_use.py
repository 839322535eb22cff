"""What ordinary programs do with psycopg2.

Run by clients.sh; the address of the server comes from PGHOST and so on. Ends with exit code 77 when the driver is
not there.
"""
import datetime
import decimal
import io
import sys
import uuid

try:
    import psycopg2
    import psycopg2.errors
    import psycopg2.extras
except ImportError as missing:
    print("SKIP  psycopg2:", missing)
    sys.exit(77)


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} instead of {expected!r}")


def main():
    psycopg2.extras.register_uuid()
    connection = psycopg2.connect("")
    cursor = connection.cursor()
    cursor.execute("drop table if exists py")
    cursor.execute(
        "create table py(id serial primary key, name text unique, amount numeric(10,2), at timestamptz, day date,"
        " t time, span interval, ok bool, tags text[], doc jsonb, raw bytea, u uuid, big int8, real8 float8)")
    at = datetime.datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=datetime.timezone.utc)
    row = ("first", decimal.Decimal("12.30"), at, datetime.date(2024, 2, 29), datetime.time(1, 2, 3, 4),
           datetime.timedelta(days=3, seconds=4), True, ["a", 'b"c', None],
           psycopg2.extras.Json({"x": [1, None, "\u00fc"]}), psycopg2.Binary(b"\x00\xff'"),
           uuid.UUID("00112233-4455-6677-8899-aabbccddeeff"), 2**62, 0.1)
    cursor.execute(
        "insert into py(name, amount, at, day, t, span, ok, tags, doc, raw, u, big, real8)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id", row)
    same(cursor.fetchone(), (1,))
    cursor.execute("select name, amount, at, day, t, span, ok, tags, doc, raw, u, big, real8 from py")
    got = list(cursor.fetchone())
    got[9] = bytes(got[9])
    same(got, ["first", row[1], at, row[3], row[4], row[5], True, row[7], {"x": [1, None, "\u00fc"]},
               b"\x00\xff'", row[10], 2**62, 0.1])
    same([column.name for column in cursor.description][:2], ["name", "amount"])
    connection.commit()

    # Errors are classes of their own, and say what they are about.
    try:
        cursor.execute("insert into py(name) values ('first')")
        raise AssertionError("a duplicate was taken")
    except psycopg2.errors.UniqueViolation as e:
        same((e.pgcode, e.diag.constraint_name, e.diag.table_name), ("23505", "py_name_key", "py"))
    try:
        cursor.execute("select 1")
        raise AssertionError("a failed transaction went on")
    except psycopg2.errors.InFailedSqlTransaction:
        connection.rollback()

    # Many rows at once, by values, by COPY both ways, and back by a cursor of the server.
    psycopg2.extras.execute_values(cursor, "insert into py(name, big) values %s", [(f"v{i}", i) for i in range(500)])
    cursor.copy_expert("copy py(name, big) from stdin with (format csv)",
                       io.StringIO("".join(f'"c,{i}",{i}\n' for i in range(500))))
    same(cursor.rowcount, 500)
    out = io.StringIO()
    cursor.copy_expert("copy (select name from py where big = 7 order by 1) to stdout", out)
    same(out.getvalue(), "c,7\nv7\n")
    cursor.copy_from(io.StringIO("t1\t\\N\nt\\\\2\t5\n"), "py", columns=("name", "big"))
    connection.commit()
    with connection.cursor("pages") as pages:
        pages.itersize = 100
        pages.execute("select id from py order by id")
        same(sum(1 for _ in pages), 1003)
    with connection.cursor("scrolling", scrollable=True) as scrolling:
        scrolling.execute("select id from py order by id")
        scrolling.scroll(10)
        # A sequence does not take back what the failed insert has drawn.
        same(scrolling.fetchone(), (12,))
    with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as named:
        named.execute("select 1 as one, %(x)s as x", {"x": "it's \\ 100%"})
        same(dict(named.fetchone()), {"one": 1, "x": "it's \\ 100%"})
    connection.rollback()

    # Autocommit, isolation levels, notices of the server's state.
    connection.set_session(isolation_level="SERIALIZABLE", readonly=True)
    try:
        cursor.execute("delete from py")
        raise AssertionError("a read-only transaction has changed something")
    except psycopg2.errors.ReadOnlySqlTransaction:
        connection.rollback()
    connection.set_session(readonly=False, autocommit=True)
    same(connection.info.transaction_status, psycopg2.extensions.TRANSACTION_STATUS_IDLE)
    same(connection.encoding, "UTF8")
    cursor.execute("drop table py")
    connection.close()
    print("PASS  psycopg2", psycopg2.__version__.split()[0])


main()
