// An OpenID Connect provider on loopback: its discovery document, its key, and tokens that it signs.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Issuer {
  /** Of the discovery document. */
  discovery: string;
  /** A token that says this of its bearer, good for an hour. */
  token: (claims: Record<string, unknown>) => string;
  /** Signs with another key from now on, and publishes that one only. */
  changeKey: () => void;
  stop: () => void;
}

export async function startIssuer(): Promise<Issuer> {
  let key = newKey(1);
  const server = createServer((request, response) => {
    const own = `http://${request.headers.host}`;
    const told =
      request.url === '/keys' ? { keys: [key.published] } : { issuer: own, jwks_uri: `${own}/keys` };
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(told));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    discovery: `http://127.0.0.1:${port}/.well-known/openid-configuration`,
    token: (claims) => signed(key, { exp: Math.floor(Date.now() / 1000) + 3600, ...claims }),
    changeKey: () => {
      key = newKey(key.number + 1);
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Key {
  number: number;
  secret: KeyObject;
  published: object;
}

function newKey(number: number): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const published = { ...publicKey.export({ format: 'jwk' }), kid: `${number}`, alg: 'ES256', use: 'sig' };
  return { number, secret: privateKey, published };
}

function signed({ number, secret }: Key, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'ES256', typ: 'JWT', kid: `${number}` })}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(text), { key: secret, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
