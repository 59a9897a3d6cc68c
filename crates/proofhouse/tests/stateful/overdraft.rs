{
let mut bank = Bank::new();
let account_1 = bank.open(0);
let account_2 = bank.open(0);
bank.transfer(account_2, account_1, 1, Manner::Standing { months: 3, note: Some(String::new()) }).unwrap();
bank.nobody_is_overdrawn(); // after it, this invariant fails
}
