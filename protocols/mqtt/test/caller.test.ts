// In workerd.
import { callerStacks } from './caller-cases.ts';

callerStacks();
