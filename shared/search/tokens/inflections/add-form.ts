/** Takes a word that may be an inflection of another. */
export type AddForm = (form: string) => void;
