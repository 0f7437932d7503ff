import { randomBytes } from 'node:crypto';

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { chooseOneOf, invalidInput } from '../../../../../mail/errors';
import { readOptions, readRows } from '../../fields/options';
import { readChoice, switchOf, textOf } from '../../fields/read-parameters';
import { PRESETS } from './fields';
import { FIELD_TYPES, RESERVED, RESPONSE_TYPES, type FormField, type Question } from './question';

/** What one item asks: all items of a node are one question. */
const FIRST = 0;
const MOST_FIELDS = 100;
const MOST_OPTIONS = 1_000;

/** The answer is in `data.text`. */
const FREE_TEXT: FormField = {
  ...{ label: 'Response', type: 'textarea', required: true, placeholder: '', options: [] },
};

/** @throws {MailError} INVALID_INPUT naming the field */
export function readQuestion(context: IExecuteFunctions): Question {
  const field = (name: string) => textOf(context.getNodeParameter(name, FIRST, ''));
  const type = readChoice(context, 'responseType', 'Response Type', RESPONSE_TYPES, FIRST);
  const options = readOptions(context, FIRST);
  const option = (name: string, preset: string) => textOf(options[name]).trim() || preset;
  const message = field('message');
  if (!message.trim()) throw invalidInput('Message', 'it is empty', 'Enter the text of the question.');
  return {
    ...{ id: randomBytes(8).toString('hex'), type },
    title: option('responseFormTitle', field('subject').trim() || 'Your answer'),
    text: option('responseFormDescription', message),
    ...(type === 'approval' ? readButtons(context) : { approve: '' }),
    submit: option('responseFormButtonLabel', PRESETS.submit),
    fields: type === 'form' ? readFields(context) : type === 'freeText' ? [FREE_TEXT] : [],
  };
}

function readButtons(context: IExecuteFunctions): Pick<Question, 'approve' | 'disapprove'> {
  const options = { name: 'approvalOptions', displayName: 'Approval Options' };
  const { values = {} } = readOptions(context, FIRST, options) as { values?: IDataObject };
  const label = (name: string, preset: string) => textOf(values[name]).trim() || preset;
  const approve = label('approveLabel', PRESETS.approve);
  if (values.approvalType !== 'double') return { approve };
  return { approve, disapprove: label('disapproveLabel', PRESETS.disapprove) };
}

function readFields(context: IExecuteFunctions): FormField[] {
  const rows = readRows('Form Fields', context.getNodeParameter('formFields', FIRST, {}), 'values');
  if (rows.length === 0) throw wrong('there are none', 'Add the fields that the form is to have.');
  if (rows.length > MOST_FIELDS)
    throw wrong(`there are more than ${MOST_FIELDS}`, 'Ask for less in one form.');
  const fields = rows.map(readField);
  const labels = fields.map(({ label }) => label);
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice === undefined) return fields;
  throw wrong(`two of them are called "${twice}"`, 'Give each field a label of its own.');
}

function readField(row: IDataObject, index: number): FormField {
  const label = textOf(row.fieldLabel).trim();
  if (!label) throw wrong(`field ${index + 1} has no label`, 'Enter its label.');
  if (RESERVED.includes(label))
    throw wrong(`"${label}" cannot be a label, because the item has a field of that name`, 'Choose another.');
  const type = FIELD_TYPES.find((one) => one === (row.fieldType ?? 'text'));
  if (!type) throw wrong(`"${label}" has an unknown type`, chooseOneOf(FIELD_TYPES));
  const options = type === 'dropdown' ? readLines(row.fieldOptions) : [];
  if (type === 'dropdown' && (options.length === 0 || options.length > MOST_OPTIONS))
    throw wrong(`"${label}" has ${options.length || 'no'} options`, 'Enter one option in each line.');
  return {
    ...{ label, type, options, placeholder: textOf(row.placeholder) },
    required: switchOf('Required', row.requiredField, false),
  };
}

const readLines = (value: unknown): string[] => [
  ...new Set(
    textOf(value)
      .split(/\r\n|\r|\n/)
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

const wrong = (what: string, remedy: string) => invalidInput('Form Fields', what, remedy);
