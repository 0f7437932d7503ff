import { DEBIAN_CYRUS_LIMITS, startCyrus } from '../../servers/debian/cyrus';
import { onServer } from './contract';

onServer(async () => await startCyrus({ debian: true }), DEBIAN_CYRUS_LIMITS);
