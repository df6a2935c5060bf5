// Types of what the scripts share with the server: documents that travel, the portable table of an edition, and what a phone keeps.
// The server checks every document itself (rba_audit/fieldwork); the table is written by rba_audit/findings/portable.py.

/** [longitude, latitude] in degrees. */
type Position = [number, number];
type Ring = Position[];
/** [east, north] in metres from an origin. */
type Metres = [number, number];
type Geometry =
  | { type: "Point"; coordinates: Position }
  | { type: "LineString"; coordinates: Position[] }
  | { type: "Polygon"; coordinates: Ring[] }
  | { type: "MultiPolygon"; coordinates: Ring[][] };
type Outline = Extract<Geometry, { type: "Polygon" | "MultiPolygon" }>;

/** A typed answer: a number as text of digits, a range, choices, or a state such as "not_seen". */
type Answer = string | number | boolean | string[] | { low: number; high: number } | { [key: string]: unknown };
type Answers = Record<string, Answer>;
/** What a form's fields hold: texts by the name of the field. */
type Values = Record<string, string[]>;
type Words = Record<string, string>;

interface Person {
  id: string;
  name: string;
  role?: string;
  stages?: Record<string, unknown>;
}

/** A position of the phone, as the browser told it. */
interface Fix {
  lon: number;
  lat: number;
  accuracy_m: number;
  at: string;
}

/** Where a visit was made. */
interface VisitPosition {
  lon: number;
  lat: number;
  accuracy_m: number | null;
  at: string;
  how: string;
  fixes: number;
  gps?: Fix | null;
  reason?: string;
  sure?: boolean;
}

/** A piece of play equipment as one visit found it. */
interface Item {
  id: string;
  kind: string;
  name: string;
  gone: boolean;
  same_as?: string;
  answers: Answers;
  note: string;
  /** Numbers that cannot be used as they were typed, by their questions; never sent. */
  typed?: Record<string, string>;
}

/** A piece of equipment that the site is known to have; `listed` where an approved visit counts it. */
interface KnownItem {
  id: string;
  kind: string;
  name: string;
  gone: boolean;
  listed?: boolean;
  point?: Position;
}

/** A photo as a visit names it; its bytes are kept apart, by their hash. */
interface Photo {
  sha256: string;
  question: string;
  item: string;
  bytes: number;
  source: string;
  taken_at: string | null;
  position: Fix | null;
}

/** Who began a visit that somebody else goes on with. */
interface GivenBy {
  author: string;
  at: string;
  begun_at: string;
}

/** A visit while it is made, as the phone keeps it. */
interface Draft {
  id: string;
  site: string;
  siteName: string;
  edition: string;
  author: string;
  values: Values;
  notes: Record<string, string>;
  items: Item[];
  position: VisitPosition | null;
  photos: Photo[];
  begun_at: string;
  changed_at: string;
  /** Where the surveyor was: a question, or an item's id, a dash and a question. */
  at: string;
  /** The version that this one corrects. */
  replaces: string | null;
  /** The requirements that a check was opened for. */
  check: string[] | null;
  /** The version whose answers, photos and items were taken over. */
  carried: string | null;
  /** Whether somebody far from the site said that it is the right one. */
  sure: boolean;
  aside: boolean;
  one?: boolean;
  begun_under?: string;
  /** When it was handed over as a file, and who has sent it since. */
  given?: { at: string; sent_by?: string };
  given_by?: GivenBy;
  was_given?: boolean;
  /** The draft of a newer edition that it was moved to. */
  moved?: string;
  /** Facts that somebody answered, also where they stayed as they were known. */
  touched?: string[];
  /** Whether the list of equipment was gone through, one question at a time. */
  listed?: boolean;
}

/** A visit as PUT /api/visits/ID takes it. */
interface Visit {
  format: number;
  id: string;
  site: string;
  edition: string;
  scope?: "check";
  stage: string;
  author: string;
  auditor: string;
  day: string;
  begun_at: string;
  frozen_at: string;
  replaces: string | null;
  answers: Answers;
  notes: Record<string, string>;
  note: string;
  given_by?: GivenBy;
  position: (VisitPosition & { sure?: boolean }) | null;
  items: Item[];
  photos: Photo[];
  removed?: string[];
}

/** A danger as PUT /api/dangers/ID takes it. */
interface Danger {
  format: number;
  id: string;
  site: string;
  author: string;
  question: string;
  note: string;
  at: string;
  position: Fix | null;
  where: { at_site: boolean; words: string };
  photo: (Partial<Photo> & { sha256: string; bytes: number }) | null;
}

/** A fix of a walk round a place, as the phone keeps it. */
interface WalkFix extends Fix {
  place: string;
  number: number;
  /** Set by hand as a corner. */
  corner: boolean;
  /** Taken back: it stays in the trace and counts no more. */
  undone: boolean;
}

/** A place that is being proposed, as the phone keeps it. */
interface PlaceDraft {
  id: string;
  site: string;
  author: string;
  name: string;
  kind: string;
  note: string;
  how: string;
  walk: string;
  as_middle: boolean;
  point: { lon: number; lat: number; accuracy_m: number; count: number } | null;
  pin: { lon: number; lat: number } | null;
  begun_at: string;
  changed_at: string;
}

/** A proposed place as PUT /api/places/ID takes it. */
interface Place {
  id: string;
  site: string;
  name: string;
  kind: string;
  geometry: Geometry;
  accuracy_m: number | null;
  walk: [number, number, number | null, string][];
  note: string;
  near: string[];
  author: string;
  begun_at: string;
}

type EntryKind = "visit" | "place" | "danger";
type EntryState = "waiting" | "sending" | "sent" | "refused" | "signed_out";

/** What the server keeps of an entry, as it last said. */
interface Receipt {
  sha256: string;
  complete?: boolean;
  missing?: { sha256: string }[];
  recorded_at?: string;
  [key: string]: unknown;
}

interface Refusal {
  status: number;
  error: string;
  problems: { target?: string; told: string; [key: string]: unknown }[];
  differences: unknown[];
  kept: unknown;
  receipt: Receipt | null;
}

/** A document that is frozen and waits to be sent, or was; see outbox_states.js for its states. */
interface Entry {
  id: string;
  kind: EntryKind;
  site: string;
  siteName: string;
  author: string;
  authorName: string;
  bytes: ArrayBuffer;
  sha256: string;
  photos: { sha256: string; question: string; item: string; bytes: number; sent: boolean }[];
  since: string;
  state: EntryState;
  told: string;
  receipt: Receipt | null;
  tries: number;
  last_try: string | null;
  retry_at?: string | null;
  not_before?: string | null;
  problem?: string;
  refusal?: Refusal | null;
  sent_at?: string;
  restored?: string | null;
  told_sent?: boolean;
}

/** The bytes of a photo on the phone. */
interface PhotoBytes {
  visit: string;
  sha256: string;
  bytes: ArrayBuffer;
  type: string;
}

/** How a visit of one's own stands, as GET /api/work tells it. */
interface OwnReceipt extends Receipt {
  visit: string;
  site: string;
  day: string;
  edition: string;
  scope: string;
  state: string;
  version: number;
  notes?: { question: string; told: string }[];
  lost?: string[];
  handed_over?: string;
}

/** A site of the surveyor, as GET /api/work tells it. */
interface WorkSite {
  id: string;
  name: string;
  kelurahan: string;
  kelurahan_code: string;
  point: Position | null;
  status: string;
  last_day: string | null;
  night: unknown[];
}

/** What a phone keeps to work without signal: GET /api/work, and when it was fetched. */
interface Work {
  person: Person;
  edition: string;
  sites: WorkSite[];
  own: OwnReceipt[];
  places: Record<string, unknown>[];
  restored: string | null;
  dangers: (Receipt & { danger: string })[];
  telephone: Record<string, unknown>;
  kept_at: string;
}

/** How the form of a site begins: GET /api/sites/ID/opening. */
interface Opening {
  site: string;
  edition: string;
  name: string;
  kelurahan: string;
  kelurahan_code: string;
  point: Position | null;
  outline: Outline | null;
  accuracy_m: number | null;
  allowed_m: number;
  doubts: string[];
  standing: string;
  kelurahan_outline: Outline | null;
  kelurahan_accuracy_m: number;
  neighbours: { name: string; outline: Outline }[];
  known: Answers;
  last: Record<string, any> | null;
  on_file: Words;
  measured: Record<string, Measurement>;
  settled: string[];
  audited: boolean;
  issues: Words | null;
  replaces: string | null;
  items: KnownItem[];
  /** Merged items: the id under which each goes on. */
  same: Record<string, string>;
  kept_at: string;
}

/** What was measured for a question, in the question's smallest unit. */
interface Measurement {
  low: number | null;
  high: number | null;
  several?: boolean;
  [key: string]: unknown;
}

/** A question in the portable table. */
interface TableQuestion {
  id: string;
  kind: string;
  /** Whether it describes the site rather than answers a requirement. */
  fact: boolean;
  open: boolean;
  choices: string[];
  units: [string, number][];
  decimals: number;
  counts: boolean;
  unit_first: boolean;
  low: number;
  high: number;
}

interface TableRequirement {
  id: string;
  registers: number[];
  questions: string[];
  aspect: string;
  counts: boolean;
  gate: boolean;
  must_fix: boolean;
  before_audit: boolean;
}

/** Compiled requirements: operations over registers, for the interpreter in judge.js. */
interface Program {
  codes: { given: number; first_choice: number };
  names: Record<string, number>;
  /** [operation, a, b, c as text, d] for each. */
  ops: [number, number, number, string, number][];
  lists: number[];
  words: { true: number[]; end: number }[];
  limits: Record<string, string>[];
  terms: [string, number, number][];
  factors: number[];
  stages: number[][];
  guards: { question: string; row: number; register: number; parents: string[]; whole: string | null }[];
}

/** An edition's table: GET /standards/EDITION/table.json. */
interface Table extends Program {
  edition: string;
  revision: string;
  outcomes: string[];
  statuses: string[];
  marks: number[];
  maximum: number;
  rungs: [string, number][];
  questions: TableQuestion[];
  requirements: TableRequirement[];
  equipment: {
    kinds: Record<string, { yes: string[]; no: string[] }>;
    facts: string[];
    questions: string[];
    when: Record<string, string>;
    tallies: [string, string, string][];
    every: [string, string][];
    same: string[][];
    complete: string | null;
    place: string[];
    each: Program & { requirements: Pick<TableRequirement, "id" | "registers" | "questions">[]; counted: Pick<TableRequirement, "id" | "registers" | "questions">[] };
  };
}

/** A record that was taken away, kept for a day. */
interface Removed {
  key: string;
  store: "drafts" | "outbox";
  record: Draft | Entry;
  removed_at: string;
}

/** The records of the phone's database by its stores; see phone/store.js. */
interface Stores {
  drafts: Draft;
  photos: PhotoBytes;
  outbox: Entry;
  openings: Opening;
  work: Work;
  places: PlaceDraft;
  fixes: WalkFix;
  removed: Removed;
}
type StoreName = keyof Stores;

/** What came of a request; see `ask` in phone/outbox_sender.js. */
interface Answered {
  status: number;
  body: any;
  wait: number;
}

/** What a sketch of a place shows. */
interface Scene {
  known: { name: string; point: Position }[];
  line: Position[];
  left: Position[];
  ring: Position[];
  corners?: Position[];
  crossings: Position[];
  gps: Fix | null;
  pin: Position | null;
  pinning: boolean;
}

/** What stands beside the answers: what was measured, and the reasons against it. */
interface Beside {
  measured: Record<string, Measurement>;
  reasons: Record<string, string>;
}

/** The words of an edition's equipment, as the form's page carries them in the language of the page. */
interface EquipmentWords {
  words: Words;
  kinds: Words;
  outcomes: Words;
  requirements: Words;
  questions: Record<string, any>;
}

/** Questions about an item under one heading: a requirement of each item, or what is counted of them. */
interface ItemGroup {
  /** The row of its requirement in the table of each item. */
  row?: number;
  id?: string;
  counts: boolean;
  title: string;
  ids: string[];
}

/** What is to be corrected before something is sent: the id of its field, where that is, and what is wrong. */
interface Fault {
  target: string;
  where: string;
  told: string;
}

/** What can be done with the drafts of the queue. */
interface DraftActs {
  erase(store: Removed["store"], ids: string[], name: string): Promise<void>;
  half(draft: Draft, act: "give" | "takeBack"): Promise<void>;
}
