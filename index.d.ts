// The declarations of the level whose name the package is installed under, as index.js chooses the level: a path to
// this very folder by that name is there only then. Under another name, and where a link leads here (pnpm), they are
// those of the plain package. Of two declarations of one name the first counts.
// @ts-ignore -- not there under another name
export * from '../../@xenova/transformers/v2';
// @ts-ignore -- not there under another name
export * from '../../@huggingface/transformers/v4';
// @ts-ignore -- declares what the level has declared
export * from './plain';
