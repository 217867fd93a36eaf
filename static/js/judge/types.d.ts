// What the modules of the judge's phone hand to each other. Types only, known to every module without
// being named there: no phone loads this file, and none should load their names.
// The package, the batch and the answer are those of docs/exchange.md.

type Words = { zh: string; en?: string; [language: string]: string | undefined };
interface Item {
  id: string;
  criterion: Words;
  name: Words;
  floor: number;
  full: number;
  step: string;
  usual: [number, number] | null;
  role: "score" | "bonus" | "deduct";
}
interface Entry {
  id: string;
  /** Its place in the list of the contest (序号). */
  number?: number;
  unit: string;
  name: string;
  form: string;
  day: string;
  at: string;
  where: string;
  recused: boolean;
  /** The judge is on leave that day, as attendance says. Packages of an older server do not tell. */
  absent?: boolean;
  /** It is not visited: nothing is asked of anybody, and what is marked does not count. */
  dropped?: boolean;
  material?: boolean;
  /** The judge asked to be recused here, and this is what became of his newest request; only while he is not recused. */
  asked?: { revision_id: string; state: "open" | "declined"; reason: string };
  /** What the server knows the judge wrote to the entrant; empty where he took it back. */
  comment?: { revision_id: string; text: string; named: boolean };
}
type Ticks = (number | null)[];
type SheetState = "draft" | "submitted" | "withdrawn";
type FindingState = "problem" | "highlight" | "withdrawn";
interface ServerSheet {
  entry: string;
  revision_id: string;
  rev: number;
  state: SheetState;
  ticks: Ticks;
  origin: "phone" | "paper" | "dictated";
  /** Of a dictated sheet: who entered it, and who confirmed it. */
  by?: string[];
}
interface Package {
  fieldmark: "package/1";
  contest: { id: string; name: string; simulated: boolean; collected: boolean };
  judge: { id: string; number: number; name: string; unit: string };
  device?: { id: string; highest_seq: number; rescue_key?: string };
  scheme_digest: string;
  server_epoch: string;
  server_rev: number;
  server_time: string;
  components: { id: string; name: Words; full: string }[];
  forms: { [form: string]: Item[] };
  units: { id: string; name: string }[];
  entries: Entry[];
  /** What problems and highlights are about. Packages of an older server have none. */
  categories?: { id: string; name: Words }[];
  sheets: ServerSheet[];
  /** Of a stage contest: whom the console has called, and how often to ask. */
  stage?: { called: string[]; beat_seconds: number };
  /** What the judge has still to sign of what the server has; only where the scheme asks for signatures. */
  unsigned?: { entry: string; revision_id: string; digest: string }[];
}

interface Stamp {
  revision_id: string;
  marked_at: string;
  clock_offset_ms: number;
}
interface SheetContent extends Stamp {
  kind: "sheet";
  entry_id: string;
  state: SheetState;
  ticks: Ticks;
  note: string;
  files: string[];
  scheme_digest: string;
  /** The newest revision of this sheet that the phone had seen, and the life of the server that counted it. */
  based_on: number;
  server_epoch: string;
}
interface FindingContent extends Stamp {
  kind: "finding";
  finding_id: string;
  entry_id: string;
  state: FindingState;
  text: string;
  /** Of the package's categories, and how grave. Empty where the judge chose none; records of an older page have none. */
  category?: string;
  severity?: Severity;
  files: string[];
}
interface Covered {
  entry_id: string;
  revision_id: string;
  digest: string;
}
/** A signature: drawn as strokes (x, y, x, y, ... in a field 1000 by 400), or typed as a name. */
interface SignatureContent extends Stamp {
  kind: "signature";
  covers: Covered[];
  way: "drawn" | "typed";
  name: string;
  strokes: number[][];
}
/** A judge says that he should not mark an entry, and why. */
interface RecusalContent extends Stamp {
  kind: "recusal";
  entry_id: string;
  reason: string;
}
/** A judge writes to the entrant; empty takes it back. `named`: his name goes with it. */
interface CommentContent extends Stamp {
  kind: "comment";
  entry_id: string;
  text: string;
  named: boolean;
}
interface SignLine extends Covered {
  code: string;
}
/** A sheet that is to be signed: `record` where this phone made it, else `digest` as the package tells it. */
interface ToSign extends Covered {
  record?: RecordSent;
}
type Content = SheetContent | FindingContent | SignatureContent | RecusalContent | CommentContent;
type Severity = "" | "minor" | "considerable" | "serious";
type RecordSent = Content & { device_seq: number };

/** handed: the server has it and said so. All others but waiting were answered too, with another result. */
type Where = "waiting" | "handed" | "quarantined" | "mismatch" | "conflict" | "rejected";
/** A record as the phone keeps it. `record` is never changed: a retry must be the same to the last letter. */
interface Held {
  device_seq: number;
  revision_id: string;
  where: Where;
  record: RecordSent;
  reason: string;
  rev: number;
  receipt: string;
}
interface Batch {
  batch_id: string;
  highest_seq: number;
  waiting: number;
  server_rev: number;
  server_epoch: string;
  sent_at: string;
  records: RecordSent[];
  phone?: About;
}
/** What the organiser is told of the phone: see "phone" in docs/exchange.md. */
interface About {
  version: string;
  finds: string[];
  photos: number;
}
interface Result {
  revision_id: string;
  result: "stored" | "duplicate" | "mismatch" | "quarantined" | "conflict" | "rejected";
  reason: string;
  rev: number;
  receipt: string;
}
interface Answer {
  fieldmark: "batch/1";
  batch_id: string;
  server_epoch: string;
  server_rev: number;
  server_time: string;
  collected: boolean;
  /** The organiser took this phone off: it hands over, and is told nothing of what counts. */
  revoked?: boolean;
  package: string;
  results: Result[];
  missing: number[];
  changes: ServerSheet[];
}

/** What came of one contact with the server. */
type Outcome =
  | { kind: "delivered"; answer: Answer; sent: number; left: number }
  | { kind: "badge" | "other_judge" | "smaller" | "portal" | "offline" }
  | { kind: "later"; status: number; seconds: number | null };

/** The sheet as it lies on the table: what stands in each box, and what that means. */
interface Sheet {
  entry: string;
  /** The lines and steps it was marked by (formOf). Sheets kept by an older page have none. */
  form?: string;
  typed: string[];
  ticks: Ticks;
  note: string;
  /** Changed since the last record made of it. */
  edited: boolean;
  /** What stood in a line before its last change. */
  undo?: { item: number; typed: string };
  /** The newest revision of the server that this phone knows. */
  seen: ServerSheet | null;
  /** Other marks for this sheet, from paper or another phone, that the judge has not decided about. */
  other: ServerSheet | null;
  /** The last record this phone made of it. */
  sent: { revision_id: string; state: SheetState; ticks: Ticks } | null;
}
interface Finding {
  finding_id: string;
  entry: string;
  state: FindingState;
  text: string;
  category?: string;
  severity?: Severity;
  files: string[];
  edited: boolean;
  revision_id: string;
  made_at: string;
}
/** A photo on the phone. Bytes, not a Blob: WebKit loses Blobs in IndexedDB. */
interface Photo {
  sha256: string;
  bytes: ArrayBuffer;
  type: string;
  /** A small JPEG as a data: address, the only kind of picture the content security policy lets the page show. */
  thumb: string;
  here: number;
  done: boolean;
  /** Its thumbnail went ahead, or never can. */
  shown?: boolean;
  /** The server will never take it, by this status: not sent again. */
  refused?: number;
  /** So often the server read other content than was sent. */
  garbled?: number;
  added_at: string;
}

type View = "stops" | "sheet" | "county" | "finding" | "decide" | "summary" | "sign" | "recuse" | "comment" | "codes" | "more";
interface Place {
  view: View;
  day?: string;
  entry?: string;
  item?: number;
  unit?: string;
  finding?: string;
  /** Where "back" leads, if not to the list. */
  from?: View;
}
type Theme = "auto" | "sun";
/** What the pages of the phone may ask for beside the desk's own deeds. */
interface Frame {
  open(place: Place): void;
  back(): void;
  tell(sentence: string): void;
  theme: Theme;
  setTheme(theme: Theme): void;
  setLanguage(language: string): void;
  check: PhoneCheck;
  version: string;
  /** The verdict that was read, by its name. */
  checkRead: string;
  readCheck(): void;
  cameraLost: boolean;
}
interface PhoneCheck {
  keeps: boolean;
  /** "coming" while it is being fetched. */
  worker: "yes" | "coming" | "no" | "insecure";
  /** Null while the system has not answered. */
  persisted: boolean | null;
  files: boolean;
}

interface Tx {
  get<T>(store: string, key: IDBValidKey): Promise<T | undefined>;
  all<T>(store: string): Promise<T[]>;
  find<T>(store: string, index: string, key: IDBValidKey): Promise<T | undefined>;
  put(store: string, value: unknown, key?: IDBValidKey): Promise<IDBValidKey>;
}
/** One row of a store, as it is put. */
type Row = [store: string, value: unknown, key?: IDBValidKey];
type Mode = "read" | "write" | "row" | "strict";
type Desk = import("./desk.js").Desk;
type Exchange = import("./exchange.js").Exchange;
type Fetch = import("./package.js").Fetch;
type Outbox = import("./outbox.js").Outbox;
type Photos = import("./photos.js").Photos;
type Kind = import("./states.js").Kind;
type Store = import("./store.js").Store;
