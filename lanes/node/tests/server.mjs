// A mock server for the tests, which counts what reaches it.
import { once } from 'node:events';
import http from 'node:http';
import zlib from 'node:zlib';
import { bytesOf } from './known.mjs';

export async function startServer() {
  let [connections, requests] = [0, 0];
  const self = {
    fail: undefined,
    connections: () => connections,
    requests: () => requests,
    reset() { [connections, requests] = [0, 0]; },
    close() { server.closeAllConnections(); server.close(); },
  };
  const server = http.createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    requests += 1;
    const form = /^\/(get|image\/(\d+))\?key=(\d+)&delay_ns=(\d+)&bytes=(\d+)$/;
    const [, kind, side, key, delay, bytes] = form.exec(request.url);
    await new Promise((resolve) => { setTimeout(resolve, delay / 1e6); });
    const body = kind === 'get' ? bytesOf(key, Number(bytes)) : png(bytesOf(key, side * side), Number(side));
    response.writeHead(self.fail === 'status' ? 500 : 200, { 'content-length': body.length });
    if (self.fail === 'short') response.write(body.subarray(1), () => response.destroy());
    else response.end(body);
  });
  server.on('connection', () => { connections += 1; });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  self.address = `127.0.0.1:${server.address().port}`;
  return self;
}

function png(pixels, side) {
  const chunk = (kind, data) => {
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    const named = Buffer.concat([Buffer.from(kind), data]);
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(zlib.crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8;
  const rows = Array.from({ length: side }, (_, y) => [Buffer.of(0), pixels.subarray(y * side, (y + 1) * side)]);
  const data = zlib.deflateSync(Buffer.concat(rows.flat()));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}
