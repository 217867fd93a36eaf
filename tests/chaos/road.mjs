// The road between the phones and the server: a proxy on loopback that does to one request what was asked of it.
// A phone in node is known by the first part of the path, and its cookie is put on here; a browser by its own cookie.

import http from "node:http";

const PAGE = "<!doctype html><title>Welcome</title><h1>Welcome to our hotel</h1>";
const DROPPED = new Set(["connection", "keep-alive", "transfer-encoding"]);

/** @param {http.IncomingMessage} message */
async function whole(message) {
  const parts = [];
  for await (const part of message) parts.push(part);
  return Buffer.concat(parts);
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Road {
  constructor() {
    this.port = 0; // the server's
    this.cookies = {}; // per phone
    this.faults = {}; // what happens to the next request of a phone, one each; or to all of them, where it is lasting
    this.asked = {}; // how many of them were dealt with
    this.remembered = {}; // the last answer to a batch, for a proxy that keeps answers to POST
    this.files = new Map(); // scripts and styles, which no fault touches
    this.held = []; // requests that arrive when the phone has long given up
    this.server = http.createServer((request, response) => void this.carry(request, response).catch(() => response.destroy()));
  }

  /** @returns {Promise<number>} the port to call */
  open() {
    return new Promise((resolve) => this.server.listen(0, "127.0.0.1", () => resolve(this.server.address().port)));
  }

  begin(cookies) {
    Object.assign(this, { cookies, faults: {}, asked: {}, remembered: {}, held: [] });
  }

  whose(request) {
    const [, name] = /^\/~(\w+)\//.exec(request.url) || [];
    if (name !== undefined) return name;
    const sent = request.headers.cookie || "";
    return Object.keys(this.cookies).find((one) => sent.includes(this.cookies[one])) || "";
  }

  /** One request to the server itself. @returns {Promise<{status: number, headers: object, body: Buffer}>} */
  forward(request, phone, body, cut = false) {
    const path = request.url.replace(/^\/~\w+/, "");
    const headers = { ...request.headers, host: `127.0.0.1:${this.port}`, "content-length": body.length };
    for (const name of DROPPED) delete headers[name];
    if (path !== request.url) headers.cookie = `fieldmark_device=${this.cookies[phone]}`;
    return new Promise((resolve, reject) => {
      const asked = http.request({ port: this.port, host: "127.0.0.1", method: request.method, path, headers, agent: false });
      asked.on("error", reject);
      asked.on("response", (answer) => {
        whole(answer).then((came) => resolve({ status: answer.statusCode, headers: answer.headers, body: came }), reject);
      });
      if (!cut) return asked.end(body);
      asked.write(body.subarray(0, body.length >> 1), () => setTimeout(() => asked.destroy(), 3));
    });
  }

  async carry(request, response) {
    const phone = this.whose(request);
    const body = await whole(request);
    const batch = request.method === "POST" && request.url.endsWith("/batch");
    const mine = this.faults[phone];
    const meant = mine && (mine.of === "files" ? request.url.includes("/files/") && !(mine.after-- > 0) : batch || (mine.of === "package" && request.url.endsWith("/package")));
    if (meant && !mine.lasting) delete this.faults[phone];
    const fault = meant ? mine : { kind: "none" };
    const ask = () => this.forward(request, phone, body).catch(() => ({ status: 502, headers: {}, body: Buffer.from("Bad gateway") }));
    const give = (answer) => {
      const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !DROPPED.has(name)));
      response.writeHead(answer.status, headers).end(answer.body);
    };
    if (request.method === "GET" && request.url.startsWith("/static/")) {
      if (!this.files.has(request.url)) this.files.set(request.url, ask());
      return give(await this.files.get(request.url));
    }
    const say = (status, text, headers = {}) => response.writeHead(status, headers).end(text);
    try {
      await this.suffer(fault, { phone, request, response, body, batch, ask, give, say });
    } finally {
      if (batch) this.asked[phone] = (this.asked[phone] || 0) + 1;
    }
  }

  async suffer(fault, { phone, request, response, body, batch, ask, give, say }) {
    switch (fault.kind) {
      case "lost request":
        return response.destroy();
      case "lost answer":
        await ask();
        return response.destroy();
      case "twice": {
        const answers = await Promise.all([ask(), ask()]);
        return give(answers[1]);
      }
      case "late":
        this.held.push(ask);
        return response.destroy();
      case "old answer":
        return this.remembered[phone] ? give(this.remembered[phone]) : response.destroy();
      case "portal":
        return say(200, PAGE, { "Content-Type": "text/html" });
      case "portal in JSON":
        return say(200, '{"fieldmark": "welcome", "results": []}', { "Content-Type": "application/json" });
      case "login page":
        return say(302, "", { Location: "/~portal/login" });
      case "cut request":
        await this.forward(request, phone, body, true).catch(() => undefined);
        return response.destroy();
      case "cut answer": {
        const answer = await ask();
        response.writeHead(answer.status, answer.headers);
        response.write(answer.body.subarray(0, answer.body.length >> 1), () => response.destroy());
        return undefined;
      }
      case "413":
        if (batch && JSON.parse(body.toString()).records.length > fault.most) return say(413, "{}");
        return give(await ask());
      case "401":
      case "409":
      case "423":
      case "429":
      case "500":
      case "502":
      case "503":
        return say(Number(fault.kind), "{}", { "Content-Type": "application/json", "Retry-After": "7" });
      case "slow": {
        const answer = await ask();
        response.writeHead(answer.status, answer.headers);
        for (let at = 0; at < 4; at++) {
          response.write(answer.body.subarray((at * answer.body.length) >> 2, ((at + 1) * answer.body.length) >> 2));
          await pause(4);
        }
        return response.end();
      }
      case "hang":
        if (fault.arrives) await ask();
        return undefined; // the phone gives up
      default: {
        const answer = await ask();
        if (batch && answer.status === 200) this.remembered[phone] = answer;
        return give(answer);
      }
    }
  }

  /** What was held back arrives now, the last first. */
  async arrive() {
    for (const ask of this.held.splice(0).reverse()) await ask();
  }
}
