import { configWithoutCloudSupport } from '@n8n/node-cli/eslint';

export default [
  ...configWithoutCloudSupport,
  // The other package is not ours: its test compiles it against what we publish.
  { ignores: ['dist', 'node_modules', 'test/.output', 'test/e2e/another-package'] },
  {
    files: ['package.json'],
    rules: {
      // A mail package opens sockets, so it cannot be verified for n8n Cloud whether its
      // libraries are bundled or not. Real dependencies keep them patchable by npm.
      '@n8n/community-nodes/no-runtime-dependencies': 'off',
    },
  },
  {
    files: ['credentials/**/*.ts'],
    rules: {
      // It reads `testedBy` in the text of the nodes. Email Connect derives its credential slots from the
      // connection matrix, and a unit test holds each credential of the matrix to a slot and a test.
      '@n8n/community-nodes/credential-test-required': 'off',
    },
  },
  {
    files: ['mail/**/*.ts'],
    rules: {
      // mail/ imports nothing from n8n, so its errors cannot be n8n's. n8n/errors.ts turns them into
      // NodeOperationErrors where they reach a node.
      '@n8n/community-nodes/require-node-api-error': 'off',
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'scripts/**'],
    rules: {
      // Not part of the package: they start the real servers that the package is tested against,
      // and print.
      '@n8n/community-nodes/no-dangerous-functions': 'off',
      'no-console': 'off',
    },
  },
  {
    files: ['test/unit/door/another-package.ts'],
    rules: {
      // It stands for another package, which imports this one by its name. There is nothing to resolve it to before
      // the first build.
      'import-x/no-unresolved': 'off',
    },
  },
];
