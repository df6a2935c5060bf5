// Names and numbers that scripts share with Python. Written by tools/shared_terms.py (`make terms`); change them there.
// @ts-check

// The code of an answer in a column.
export const MISSING = 0;
export const NOT_SEEN = 1;
export const NOT_APPLICABLE = 2;
export const OUT_OF_RANGE = 3;
export const UNREADABLE = 4;
export const GIVEN = 5;
export const OTHER = 6;
export const FIRST_CHOICE = 7;

// Words that say why there is no answer.
export const STATES = ["not_seen", "not_applicable"];

// The answer that a set is empty.
export const NONE_WORD = "none";

// Other spellings of an answer word, with the one that is used.
export const SYNONYMS = { ya: "yes", sebagian: "partial", tidak: "no", tidak_berlaku: "not_applicable", belum_dilihat: "not_seen", tidak_ada: "none", true: "yes", false: "no" };

// The most characters of a number.
export const LONGEST_NUMBER = 32;

// Kinds of answer: what a column holds beside the code, and how a form asks.
export const KINDS = { yes_no: { storage: "word", widget: "one" }, yes_partial_no: { storage: "word", widget: "one" }, number: { storage: "number", widget: "typed", attributes: { type: "text", inputmode: "decimal", autocomplete: "off", enterkeyhint: "next", maxlength: "40" } }, choice: { storage: "word", widget: "one", rows: true }, set: { storage: "mask", widget: "several", rows: true } };

// The outcome of a requirement as a table has it.
export const UNDETERMINED = 0;
export const DOES_NOT_CONFORM = 1;
export const PARTIAL = 2;
export const CONFORMS = 3;
export const DOES_NOT_APPLY = 4;

// The outcomes by name, and which of several for one thing counts.
export const OUTCOMES = ["undetermined", "does_not_conform", "partial", "conforms", "not_applicable"];
export const WORST_FIRST = ["does_not_conform", "undetermined", "partial", "conforms", "not_applicable"];

// States of a visit.
export const VISIT_HAS_ISSUES = "has_issues";

// States of a proposed place.
export const PLACE_PROPOSED = "proposed";
export const PLACE_MERGED = "merged";
export const PLACE_DECLINED = "declined";

// The id of a proposed place: what it begins with, and how many digits of the proposal's id follow.
export const PLACE_PREFIX = "usulan-";
export const PLACE_DIGITS = 12;

// The format of the documents that a phone sends.
export const FORMAT = 1;

// How far the zone in which each day begins first is ahead of UTC.
export const EASTERN_HOURS = 9;
