DROP TRIGGER IF EXISTS payments_refunds_within_charge ON payments_refund;
DROP FUNCTION IF EXISTS payments_check_refunds_within_charge();
