// The memory connector passes the suite that it helps others to pass.
import { memoryWorld, transportCompliance } from '../src/compliance/index.ts';

const { connector, world } = memoryWorld();
transportCompliance('memory', connector, world);
