; Which situations that a property wants to be covered can occur.
;
; @both_sides: held
; @both_sides: covers heads
; @both_sides: covers tails
; @an_impossible_number: held
; @an_impossible_number: never covers two
; @behind_an_assumption: held
; @behind_an_assumption: covers heads
; @behind_an_assumption: never covers tails
; @one_of_two_ways: held
; @one_of_two_ways: covers tails
; @before_everything_is_rejected: vacuous
; @before_everything_is_rejected: covers heads
; @nothing_is_certain_when_one_way_fails: fails undefined-behaviour: promised to be unreachable
; @nothing_is_certain_when_one_way_fails: may cover two

@heads = constant [5 x i8] c"heads"
@tails = constant [5 x i8] c"tails"
@two = constant [3 x i8] c"two"

declare void @"proofhouse::machine::choose_boolean"(ptr)
declare void @"proofhouse::machine::assume"(i1)
declare void @"proofhouse::machine::cover"(i1, ptr, i64)

define i8 @coin() {
  %slot = alloca i8
  call void @"proofhouse::machine::choose_boolean"(ptr %slot)
  %byte = load i8, ptr %slot
  ret i8 %byte
}

define void @both_sides() {
  %coin = call i8 @coin()
  %heads = icmp eq i8 %coin, 1
  %tails = icmp eq i8 %coin, 0
  call void @"proofhouse::machine::cover"(i1 %heads, ptr @heads, i64 5)
  call void @"proofhouse::machine::cover"(i1 %tails, ptr @tails, i64 5)
  ret void
}

define void @an_impossible_number() {
  %coin = call i8 @coin()
  %two = icmp eq i8 %coin, 2
  call void @"proofhouse::machine::cover"(i1 %two, ptr @two, i64 3)
  ret void
}

define void @behind_an_assumption() {
  %coin = call i8 @coin()
  %heads = icmp eq i8 %coin, 1
  call void @"proofhouse::machine::assume"(i1 %heads)
  %tails = icmp eq i8 %coin, 0
  call void @"proofhouse::machine::cover"(i1 %heads, ptr @heads, i64 5)
  call void @"proofhouse::machine::cover"(i1 %tails, ptr @tails, i64 5)
  ret void
}

; The place is reached on one way only; what is constant there is covered all the same.
define void @one_of_two_ways() {
  %coin = call i8 @coin()
  %heads = icmp eq i8 %coin, 1
  br i1 %heads, label %a, label %b
b:
  call void @"proofhouse::machine::cover"(i1 true, ptr @tails, i64 5)
  br label %a
a:
  ret void
}

define void @before_everything_is_rejected() {
  %coin = call i8 @coin()
  %heads = icmp eq i8 %coin, 1
  call void @"proofhouse::machine::cover"(i1 %heads, ptr @heads, i64 5)
  call void @"proofhouse::machine::assume"(i1 false)
  call void @"proofhouse::machine::cover"(i1 %heads, ptr @tails, i64 5)
  ret void
}

define void @nothing_is_certain_when_one_way_fails() {
  %coin = call i8 @coin()
  %two = icmp eq i8 %coin, 2
  call void @"proofhouse::machine::cover"(i1 %two, ptr @two, i64 3)
  %heads = icmp eq i8 %coin, 1
  br i1 %heads, label %bad, label %good
bad:
  unreachable
good:
  ret void
}
