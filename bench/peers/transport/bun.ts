// A bare socket in Bun.
import { rounds } from '../../workers/round.ts';
import { serve } from '../serve.ts';
import { bare } from './bare.ts';

serve(rounds({ 'raw socket in Bun': bare }));
