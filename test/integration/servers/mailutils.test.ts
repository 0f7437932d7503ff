import { MAILUTILS_LIMITS, startMailutils } from '../../servers/debian/mailutils';
import { onServer } from './contract';

// Ours to mend, point 6: it says `NO UID COPY [TRYCREATE] failed`, where the code is not in its place.
const FAULTS = ['moves nothing to a folder that is not there'];

onServer(startMailutils, MAILUTILS_LIMITS, FAULTS);
