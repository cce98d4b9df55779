/** A small client of yaml-language-server, the program behind YAML in most editors: the real one, over stdio. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Diagnostic {
  readonly message: string;
  readonly range: Range;
  readonly severity?: number;
}

export interface Completion {
  readonly label: string;
  readonly insertText?: string;
  readonly documentation?: unknown;
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

const PROGRAM = join(__dirname, "../node_modules/yaml-language-server/bin/yaml-language-server");

/** The server with a workspace and the settings `yaml.*` of an editor. Whoever starts it must stop it. */
export class LanguageServer {
  private readonly server: ChildProcessWithoutNullStreams;
  private readonly waiting = new Map<number | string, (message: Message) => void>();
  private readonly watched = new Map<string, (diagnostics: readonly Diagnostic[]) => void>();
  private buffer = Buffer.alloc(0);
  private sent = 0;
  private opened = 0;

  private constructor(private readonly settings: Readonly<Record<string, unknown>>) {
    this.server = spawn(process.execPath, [PROGRAM, "--stdio"]);
    this.server.stdout.on("data", (chunk: Buffer) => this.read(chunk));
  }

  /** Starts it in a workspace. It is told to stay away from the network. */
  static async start(
    workspace: string,
    schemas: Readonly<Record<string, readonly string[]>>,
  ): Promise<LanguageServer> {
    const offline = { schemaStore: { enable: false }, kubernetesCRDStore: { enable: false } };
    const server = new LanguageServer({ ...offline, schemas, hover: true, completion: true, validate: true });
    await server.request("initialize", {
      processId: process.pid,
      rootUri: `file://${workspace}`,
      workspaceFolders: [{ uri: `file://${workspace}`, name: "site" }],
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true },
        textDocument: { completion: { completionItem: { snippetSupport: true } } },
      },
    });
    server.notify("initialized", {});
    // It asks for the settings when it is told that they changed.
    server.notify("workspace/didChangeConfiguration", { settings: {} });
    return server;
  }

  /** Opens a file and waits for what the server says of it. */
  open(file: string, text: string): Promise<readonly Diagnostic[]> {
    const uri = `file://${file}`;
    const said = new Promise<readonly Diagnostic[]>((resolve) => this.watched.set(uri, resolve));
    const version = ++this.opened;
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version, text } });
    return said;
  }

  /** What it offers where the mark `|` stands in a text; the file is opened without the mark. */
  async complete(file: string, marked: string): Promise<readonly Completion[]> {
    await this.open(file, marked.replace("|", ""));
    const result = await this.at("textDocument/completion", file, marked);
    return (result as { items: Completion[] }).items;
  }

  /** What it shows when the mouse rests on the character after the mark. */
  async hover(file: string, marked: string): Promise<string> {
    await this.open(file, marked.replace("|", ""));
    const result = await this.at("textDocument/hover", file, marked);
    return (result as { contents: { value: string } } | null)?.contents.value ?? "";
  }

  private at(method: string, file: string, marked: string): Promise<unknown> {
    const before = marked.slice(0, marked.indexOf("|")).split("\n");
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    return this.request(method, { textDocument: { uri: `file://${file}` }, position });
  }

  async stop(): Promise<void> {
    await this.request("shutdown", null);
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.notify("exit", null);
    await ended;
  }

  private request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.sent;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) =>
        error ? reject(new Error(error.message)) : resolve(result),
      );
    });
    this.send({ id, method, params });
    return answer;
  }

  private notify(method: string, params: unknown): void {
    this.send({ method, params });
  }

  private send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  private read(chunk: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, chunk]);
    for (;;) {
      const end = this.buffer.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(this.buffer.subarray(0, end).toString())?.[1]);
      if (end < 0 || this.buffer.length < end + 4 + length) return;
      const body = this.buffer.subarray(end + 4, end + 4 + length).toString();
      this.buffer = this.buffer.subarray(end + 4 + length);
      this.take(JSON.parse(body) as Message);
    }
  }

  private take({ id, method, params, ...answer }: Message): void {
    if (method === undefined && id !== undefined) this.waiting.get(id)?.(answer);
    else if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as { uri: string; diagnostics: Diagnostic[] };
      this.watched.get(uri)?.(diagnostics);
    } else if (id !== undefined) this.send({ id, result: this.answerTo(method, params) });
  }

  /** It asks for sections of the settings, and to be told of changes, which there are none of. */
  private answerTo(method: string | undefined, params: unknown): unknown {
    if (method !== "workspace/configuration") return null;
    const { items } = params as { items: { section: string }[] };
    return items.map(({ section }) => (section === "yaml" ? this.settings : {}));
  }
}
