// Lets a plain Node run the sources: `node --require test/reliability/typescript.cjs file.ts`.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');

const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };

Module._extensions['.ts'] = (module, file) => {
  const { outputText } = transpileModule(readFileSync(file, 'utf8'), { compilerOptions, fileName: file });
  module._compile(outputText, file);
};
