// The export `./states`: diagrams in the documentation, drawn from tables of states by a test. Needs vitest, in Node.
export { type DiagramOptions, drawStates, reachableStates, type StateTable } from './draw.ts';
export { expectDrawnPage, replacePart } from './page.ts';
