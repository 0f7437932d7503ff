import { CYRUS_LIMITS, startCyrus } from '../../servers/debian/cyrus';
import { onServer } from './contract';

onServer(startCyrus, CYRUS_LIMITS);
