import { type IncomingHttpHeaders, request } from 'node:http';

export interface Question {
  readonly method?: string;
  /** As it goes over the wire: nothing is encoded. */
  readonly path: string;
  /** Undefined leaves a header out that would be sent otherwise. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into what came, and fails when it is not there
  json(): any;
}

/** One request on a connection of its own. */
export function ask(port: number, question: Question): Promise<Answer> {
  const { method = 'GET', path, json } = question;
  const body = json === undefined ? question.body : JSON.stringify(json);
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, agent: false, headers: headersOf(question, body) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode as number, headers: response.headers, text, json: () => JSON.parse(text) });
      });
    });
    outgoing.on('error', reject).end(body);
  });
}

function headersOf({ headers, json }: Question, body: string | Uint8Array | undefined): Record<string, string> {
  const all = {
    ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...headers,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
