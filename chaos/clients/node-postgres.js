// What ordinary programs do with node-postgres. Run by clients.sh; the address of the server comes from PGHOST and
// so on. Ends with exit code 77 when the driver is not there.
'use strict';
const assert = require('node:assert');
let pg, Cursor;
try {
  pg = require('pg');
  Cursor = require('pg-cursor');
} catch (missing) {
  console.log('SKIP  node-postgres: ' + missing.message.split('\n')[0]);
  process.exit(77);
}

async function main() {
  const client = new pg.Client();
  await client.connect();
  const one = async (sql, values) => (await client.query(sql, values)).rows[0];

  await client.query('drop table if exists node_pg');
  await client.query(
    `create table node_pg(id serial primary key, name text unique, amount numeric(10,2), at timestamptz, day date,
      ok bool, tags text[], doc jsonb, raw bytea, u uuid, big int8, real8 float8)`);
  const at = new Date('2024-05-06T07:08:09.123Z');
  const inserted = await one(
    `insert into node_pg(name, amount, at, ok, tags, doc, raw, u, big, real8)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *`,
    ['first', '12.30', at, true, ['a', 'b"c', null], { x: [1, null, 'ü'] }, Buffer.from([0, 255, 39]),
      '00112233-4455-6677-8899-aabbccddeeff', '9007199254740993', 0.1]);
  assert.strictEqual(inserted.id, 1);
  assert.strictEqual(inserted.amount, '12.30');
  assert.strictEqual(inserted.at.getTime(), at.getTime());
  assert.deepStrictEqual(inserted.tags, ['a', 'b"c', null]);
  assert.deepStrictEqual(inserted.doc, { x: [1, null, 'ü'] });
  assert.deepStrictEqual([...inserted.raw], [0, 255, 39]);
  assert.strictEqual(inserted.big, '9007199254740993');
  assert.strictEqual(inserted.real8, 0.1);
  assert.strictEqual(inserted.day, null);

  // Named statements, run again; results in binary; rows as arrays; several statements at once.
  for (let i = 0; i < 3; i++) {
    const named = await client.query({ name: 'by-id', text: 'select name from node_pg where id = $1', values: [1] });
    assert.strictEqual(named.rows[0].name, 'first');
  }
  const binary = await client.query({ text: 'select id, ok from node_pg where id = $1', values: [1], binary: true });
  assert.strictEqual(binary.rows[0].id, 1);
  const arrays = await client.query({ text: "select 1 as a, 'x' as b", rowMode: 'array' });
  assert.deepStrictEqual(arrays.rows, [[1, 'x']]);
  const several = await client.query('select 1 as a; select 2 as b');
  assert.deepStrictEqual(several.map(r => r.rows[0]), [{ a: 1 }, { b: 2 }]);
  assert.deepStrictEqual(arrays.fields.map(f => [f.name, f.dataTypeID]), [['a', 23], ['b', 25]]);

  // Transactions, errors with their fields, and that the connection goes on.
  await client.query('begin');
  await assert.rejects(client.query("insert into node_pg(name) values ('first')"),
    e => e.code === '23505' && e.constraint === 'node_pg_name_key' && e.table === 'node_pg');
  await assert.rejects(client.query('select 1'), e => e.code === '25P02');
  await client.query('rollback');
  await assert.rejects(client.query('select nosuch'), e => e.code === '42703' && e.position === '8');

  // A cursor over many rows, in pages.
  await client.query('insert into node_pg(name) select \'n\' || i from generate_series(1, 250) i');
  const cursor = client.query(new Cursor('select id from node_pg order by id'));
  let seen = 0;
  for (let page; (page = await cursor.read(100)).length > 0;) seen += page.length;
  await cursor.close();
  assert.strictEqual(seen, 251);

  // A pool, whose clients work at the same time.
  const pool = new pg.Pool({ max: 5 });
  const sums = await Promise.all([...Array(20).keys()].map(i => pool.query('select $1::int + 1 as n', [i])));
  assert.deepStrictEqual(sums.map(r => r.rows[0].n), [...Array(20).keys()].map(i => i + 1));
  await Promise.all([...Array(20).keys()].map(() =>
    pool.query('update node_pg set amount = coalesce(amount, 0) + 1 where name = \'n1\'')));
  assert.strictEqual((await one('select amount from node_pg where name = \'n1\'')).amount, '20.00');
  await pool.end();

  await client.query('drop table node_pg');
  await client.end();
  console.log('PASS  node-postgres ' + require('pg/package.json').version);
}

main().catch(e => {
  console.log('FAIL  node-postgres: ' + e.stack);
  process.exit(1);
});
