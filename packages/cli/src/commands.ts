// The commands, in the order of the help.

import { check } from './check/command.ts';
import type { Command } from './command.ts';
import { ping } from './ping/command.ts';
import { start } from './start/command.ts';
import { tokenNew } from './token/command.ts';
import { tunnel } from './tunnel/command.ts';

/** All commands. */
export const COMMANDS: readonly Command[] = [tunnel, ping, tokenNew, check, start];
