import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../experiments/package_root.js';

const HEALTHY = path.join(packageRoot(), 'docker', 'healthy.js');

function check(url: string): Promise<{ readonly code: number; readonly said: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [HEALTHY, url], { timeout: 15_000 }, (_error, _stdout, stderr) => resolve({ code: child.exitCode ?? -1, said: stderr }));
  });
}

describe('the health check of the containers', () => {
  let server: Server;
  let url = '';
  let status = 200;

  before(async () => {
    server = createServer((_request, response) => response.writeHead(status).end(status === 200 ? '{"status":"ok"}' : '{"status":"no readings"}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
  });
  after(() => void server.close());

  it('passes on 200, silently', async () => {
    status = 200;
    expect(await check(url)).to.deep.equal({ code: 0, said: '' });
  });

  it('fails on anything else and says what was answered', async () => {
    status = 503;
    expect(await check(url)).to.deep.equal({ code: 1, said: `${url}: 503 {"status":"no readings"}\n` });
  });

  it('fails in one line when nobody listens or the address is none', async () => {
    const refused = await check('http://127.0.0.1:1/health');
    expect([refused.code, refused.said.split('\n').length, refused.said]).to.deep.equal([1, 2, refused.said]);
    expect(refused.said).to.match(/^http:\/\/127\.0\.0\.1:1\/health: \S/);
    expect((await check('')).code).to.equal(1);
  });
});
