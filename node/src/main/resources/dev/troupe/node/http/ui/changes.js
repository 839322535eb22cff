// What changes the cluster: a POST with a header that pages of others cannot send.

export async function post(path, wish) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Troupe-Request": "dashboard" },
    body: JSON.stringify(wish),
    signal: AbortSignal.timeout(20000),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ? body.error.message : response.statusText);
  return body;
}
