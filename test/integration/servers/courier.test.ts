import { COURIER_LIMITS, startCourier } from '../../servers/debian/courier';
import { onServer } from './contract';

onServer(startCourier, COURIER_LIMITS);
