// Names and numbers that scripts share with Python. Written by tools/shared_terms.py (`make terms`); change them there.
// @ts-check

// The code of an answer in a column.
export const CODES = { missing: 0, not_seen: 1, not_applicable: 2, out_of_range: 3, unreadable: 4, given: 5, other: 6, first_choice: 7 };

// Words that say why there is no answer.
export const STATES = ["not_seen", "not_applicable"];

// The answer that a set is empty.
export const NONE_WORD = "none";

// Other spellings of an answer word, with the one that is used.
export const SYNONYMS = { ya: "yes", sebagian: "partial", tidak: "no", tidak_berlaku: "not_applicable", belum_dilihat: "not_seen", tidak_ada: "none", true: "yes", false: "no" };

// Kinds of answer: whether a column holds a number beside the code, and how a form asks.
export const KINDS = { yes_no: { widget: "one" }, yes_partial_no: { widget: "one" }, number: { numeric: true, widget: "typed", attributes: { type: "text", inputmode: "decimal", autocomplete: "off", enterkeyhint: "next", maxlength: "40" } }, choice: { widget: "one", rows: true }, set: { numeric: true, widget: "several", rows: true } };

// The outcome of a requirement as a table has it.
export const OUTCOME = { undetermined: 0, does_not_conform: 1, partial: 2, conforms: 3, not_applicable: 4 };

// Of several outcomes for one thing, the first of these counts.
export const WORST_FIRST = ["does_not_conform", "undetermined", "partial", "conforms", "not_applicable"];

// States of a visit.
export const VISIT_HAS_ISSUES = "has_issues";

// States of a proposed place.
export const PLACE_PROPOSED = "proposed";
export const PLACE_MERGED = "merged";
export const PLACE_DECLINED = "declined";

// The format of the documents that a phone sends.
export const FORMAT = 1;

// How far the zone in which each day begins first is ahead of UTC.
export const EASTERN_HOURS = 9;
