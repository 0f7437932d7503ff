// Lets a plain Node run the sources: `node --require test/reliability/typescript.cjs file.ts`. Where many are started,
// COMPILED names a folder in which each finds what another has compiled.
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');

function compiled(file) {
  const source = readFileSync(file, 'utf8');
  if (!process.env.COMPILED) return compile(source, file);
  const known = join(process.env.COMPILED, createHash('sha256').update(source).digest('hex'));
  if (existsSync(known)) return readFileSync(known, 'utf8');
  const text = compile(source, file);
  writeFileSync(`${known}.${process.pid}`, text);
  renameSync(`${known}.${process.pid}`, known);
  return text;
}

function compile(source, fileName) {
  const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
  return transpileModule(source, { compilerOptions, fileName }).outputText;
}

Module._extensions['.ts'] = (module, file) => module._compile(compiled(file), file);

// What is imported when it is needed is named as it is once it is compiled.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => {
  try {
    return resolveFilename(request, ...rest);
  } catch (error) {
    if (!/^\..*\.js$/.test(request)) throw error;
    return resolveFilename(request.replace(/\.js$/, '.ts'), ...rest);
  }
};
