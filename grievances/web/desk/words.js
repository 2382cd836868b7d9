/** The desk's sentences: written in English here, shown in the admin's language (grievances/desk/words.py). */
import { jsonOf, said } from "../shared/dom.js";

const sentences = jsonOf("desk-words");

/** A sentence of the desk, with its `%(name)s` places filled. */
export const t = (sentence, values) => said(sentences[sentence] || sentence, values);

/** A label and what it stands for; Chinese has a colon of its own. */
export const labelled = (label, text) => t("%(label)s: %(text)s", { label, text });

/** Several names in one line. */
export const listed = (names) => (names.length ? names.reduce((one, other) => t("%(one)s, %(other)s", { one, other })) : "");
