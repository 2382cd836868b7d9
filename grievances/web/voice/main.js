/** The voice host's pages; `data-page` of the body says which one. */
import { caseReturn } from "./case.js";
import { newCase } from "./new.js";

const pages = { new: newCase, case: caseReturn };
pages[document.body.dataset.page]();
