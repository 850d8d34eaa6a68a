// The two ways to GET: `node:http`, and a plain socket. Both demand status 200 and a content-length. Must not know what
// the bytes mean.
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { buffer } from 'node:stream/consumers';

const WARM_UP = '/get?key=0&delay_ns=0&bytes=0';

const failed = (server, path, cause) => new Error(`cannot GET \`http://${server}${path}\`: ${cause}`);

/** What is wrong with an answer, if anything is. */
function flaw(status, length, body) {
  if (status !== 200) return `answered with status ${status}`;
  if (length === undefined) return 'answered without a content-length';
  return body.length === Number(length) ? null : `answered with ${body.length} bytes in place of ${length}`;
}

/** One keep-alive agent for all slots. To warm it up, all slots ask at once, so that each makes a connection. */
export async function openAgents(server, slots) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: slots, maxFreeSockets: slots });
  const get = async (path) => {
    const url = `http://${server}${path}`;
    const fail = (cause) => { throw failed(server, path, cause.message ?? cause); };
    const [answer] = await once(http.get(url, { agent }), 'response').catch(fail);
    const body = await buffer(answer).catch(fail);
    const cause = flaw(answer.statusCode, answer.headers['content-length'], body);
    return cause ? fail(cause) : body;
  };
  const clients = new Array(slots).fill({ get });
  await Promise.all(clients.map((client) => client.get(WARM_UP)));
  return clients;
}

/** A plain socket for each slot. */
export async function openConnections(server, slots) {
  const clients = Array.from({ length: slots }, () => new Connection(server));
  await Promise.all(clients.map((client) => client.get(WARM_UP)));
  return clients;
}

/** It is asked for one answer at a time. */
class Connection {
  constructor(server) {
    const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(server);
    this.server = server;
    this.socket = net.connect({ host, port, noDelay: true });
    this.socket.on('data', (chunk) => this.take(chunk)).on('error', (cause) => this.end(cause.message));
    this.socket.on('close', () => this.end('the server closed the connection'));
  }

  get(path) {
    return new Promise((resolve, reject) => {
      this.received = Buffer.alloc(0);
      this.end = (cause, body) => (cause ? reject(failed(this.server, path, cause)) : resolve(body));
      this.socket.write(`GET ${path} HTTP/1.1\r\nhost: ${this.server}\r\n\r\n`);
      if (this.socket.destroyed) this.end('the server closed the connection');
    });
  }

  take(chunk) {
    this.received = Buffer.concat([this.received, chunk]);
    const end = this.received.indexOf('\r\n\r\n');
    const head = this.received.toString('latin1', 0, end);
    const body = this.received.subarray(end + 4);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (end < 0 || body.length < Number(length)) return; // more is to come
    this.end(flaw(Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), length, body), body);
  }
}
