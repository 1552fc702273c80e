DROP TRIGGER IF EXISTS payments_recorded_is_fact ON payments_recordedmoney;
DROP FUNCTION IF EXISTS payments_recorded_is_fact();
