#!/usr/bin/env bash
# What people do with psql: listings, \copy both ways, \timing, errors with their position. Run by clients.sh; the
# address of the server comes from PGHOST and so on. Ends with exit code 77 when psql is not there.
set -euo pipefail
command -v psql >/dev/null || { echo "SKIP  psql is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
run() { psql -X -v ON_ERROR_STOP=1 "$@" 2>&1; }
expect() { # WHAT PATTERN OUTPUT: the output has a line that matches, and psql met no error it was not to meet
  if grep -q -- "$2" <<<"$3"; then return; fi
  failed=$((failed + 1))
  printf 'FAIL  psql %s: no line matches %s in\n%s\n' "$1" "$2" "$3"
}

run -q <<'SQL'
drop table if exists psql_items, psql_owners cascade;
drop sequence if exists psql_seq;
create table psql_owners(id int primary key, name text not null);
create table psql_items(id int primary key, owner int references psql_owners on delete cascade,
  price numeric(8,2) default 1 check (price > 0), note varchar(20));
create index psql_items_owner on psql_items(owner);
create view psql_cheap as select id from psql_items where price < 2;
create sequence psql_seq;
SQL
expect '\l' '^ *defaultdb *|' "$(run -c '\l')"
expect '\dn' '^ *public *|' "$(run -c '\dn')"
expect '\dt' 'psql_items *| table' "$(run -c '\dt')"
expect '\di' 'psql_items_owner *| index' "$(run -c '\di')"
expect '\dv' 'psql_cheap *| view' "$(run -c '\dv')"
expect '\ds' 'psql_seq *| sequence' "$(run -c '\ds')"
expect '\du' 'root *| Superuser' "$(run -c '\du')"
expect '\df' 'Schema.*Name.*Result data type' "$(run -c '\df')"
table=$(run -c '\d psql_items')
expect '\d table' 'price *| numeric(8,2) *|.*| 1' "$table"
expect '\d table' '"psql_items_owner" btree (owner)' "$table"
expect '\d table' 'CHECK (*price > 0' "$table"
expect '\d table' 'REFERENCES psql_owners(id) ON DELETE CASCADE' "$table"
expect '\d referenced table' 'TABLE "psql_items" CONSTRAINT' "$(run -c '\d psql_owners')"
expect '\d+ view' 'SELECT' "$(run -c '\d+ psql_cheap')"
expect '\dt+' 'psql_items' "$(run -c '\dt+ psql_*')"
expect '\d index' 'btree, for table "public.psql_items"' "$(run -c '\d psql_items_owner')"

printf '1,"a,b"\n2,c\n' >"$work/in.csv"
expect '\copy from' 'COPY 2' "$(run -c "\\copy psql_owners from '$work/in.csv' csv")"
expect '\copy to' 'COPY 2' "$(run -c "\\copy (select * from psql_owners order by id) to '$work/out.csv' csv")"
cmp -s "$work/in.csv" "$work/out.csv" || { failed=$((failed + 1)); echo "FAIL  psql \\copy: other rows came back"; }
expect '\timing' '^Time: .* ms' "$(run -c '\timing on' -c 'select 1')"
expect 'error position' '^ *^' "$(run -c 'select id from psql_items where nosuch = 1' || true)"
expect 'error position' '^LINE 1: select id from psql_items where nosuch' "$(run -c 'select id from psql_items where nosuch = 1' || true)"
expect '\gdesc' 'price *| numeric(8,2)' "$(run <<<'select price from psql_items \gdesc')"
expect '\gset' '^42$' "$(run -At <<<$'select 42 as x \\gset\n\\echo :x')"
expect '\crosstabview' 'a' "$(run <<<"select 'a' as r, 'b' as c, 1 as v \\crosstabview")"
expect '\x' 'name | a,b' "$(run -x -c 'select * from psql_owners where id = 1')"
run -q -c 'drop view psql_cheap' -c 'drop table psql_items, psql_owners' -c 'drop sequence psql_seq' >/dev/null
((failed == 0)) || exit 1
echo "PASS  $(psql --version)"
