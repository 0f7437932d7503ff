import type { IDataObject } from 'n8n-workflow';

export const RESPONSE_TYPES = ['approval', 'freeText', 'form', 'reply'] as const;
export type ResponseType = (typeof RESPONSE_TYPES)[number];

export const FIELD_TYPES = ['text', 'textarea', 'number', 'email', 'date', 'dropdown', 'checkbox'] as const;

/** A field of a form. */
export interface FormField {
  /** Also the name of the answer in the item. */
  label: string;
  type: (typeof FIELD_TYPES)[number];
  required: boolean;
  placeholder: string;
  /** Of a dropdown. */
  options: string[];
}

/** A question, as it was asked. It is stored with the run that waits, for the page that takes the answer. */
export interface Question {
  /** Tells it from an earlier question of the same node in the same run. In the URLs. */
  id: string;
  type: ResponseType;
  /** Of the page. */
  title: string;
  text: string;
  /** The buttons of an approval; without the second one, it can only be approved. */
  approve: string;
  disapprove?: string;
  /** The button of a form. */
  submit: string;
  /** Of a form. */
  fields: FormField[];
  /** Who may answer by mail; anybody if absent. In lower case. */
  answerers?: string[];
}

/** The item with which the run goes on after an answer. n8n's review of tools looks for `data.approved`. */
export const answered = (answer: IDataObject): IDataObject => ({
  data: { ...answer, answered: true, respondedAt: new Date().toISOString() },
});

/** The item with which it goes on when nobody has answered in time. Nobody has approved. */
export const timedOut = ({ type }: Pick<Question, 'type'>): IDataObject => ({
  data: { answered: false, timedOut: true, ...(type === 'approval' && { approved: false }) },
});

/** Names in `data` that a field of a form cannot have. */
export const RESERVED = ['answered', 'respondedAt', 'timedOut', '__proto__'];
