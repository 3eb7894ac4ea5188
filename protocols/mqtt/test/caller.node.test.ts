// In Node.
import { callerStacks } from './caller-cases.ts';

callerStacks();
