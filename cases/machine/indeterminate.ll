; Undefined and poisoned values may move around; they may not decide anything.
;
; @poison_unused: held
; @poison_branch: fails undefined-behaviour: used to decide a branch
; @poison_address: fails undefined-behaviour: used as an address
; @poison_divisor: fails undefined-behaviour: used as a divisor
; @wrap_promised_and_kept: held
; @wrap_promised_and_broken: fails undefined-behaviour: used to decide a branch
; @shift_too_far: fails undefined-behaviour: used to decide a branch
; @shift_far_enough: held
; @boolean_from_two: fails undefined-behaviour: used to decide a branch
; @boolean_from_one: held
; @padding_moves: held
; @padding_is_read: fails undefined-behaviour: used to decide a branch
; @field_next_to_padding: held
; @undefined_load: fails undefined-behaviour: where an initialised value is required
; @defined_load: held
; @frozen: held
; @defined_on_one_way: fails undefined-behaviour: used to decide a branch
; @defined_where_it_is_used: held
; @address_moves_in_an_integer: held
; @offset_out_of_bounds_and_used: fails undefined-behaviour: used as an address
; @offset_out_of_bounds_and_unused: held
; @select_ignores_the_poison: held
; @end_of_an_empty_or_a_full_slice: held
; @behind_the_end_of_a_full_slice: fails undefined-behaviour: used to decide a branch
; @back_from_behind_the_end: fails undefined-behaviour: used to decide a branch

declare void @"proofhouse::machine::choose_boolean"(ptr)

define i1 @coin() {
  %slot = alloca i8
  call void @"proofhouse::machine::choose_boolean"(ptr %slot)
  %byte = load i8, ptr %slot
  %bit = trunc i8 %byte to i1
  ret i1 %bit
}

define void @poison_unused() {
  %slot = alloca i8
  store i8 poison, ptr %slot
  %value = load i8, ptr %slot
  %sum = add i8 %value, 1
  ret void
}

define void @poison_branch() {
  br i1 poison, label %a, label %a
a:
  ret void
}

define void @poison_address() {
  store i8 1, ptr poison
  ret void
}

define void @poison_divisor() {
  %q = udiv i8 1, poison
  ret void
}

define i8 @byte_of_coin() {
  %coin = call i1 @coin()
  %byte = select i1 %coin, i8 255, i8 1
  ret i8 %byte
}

define void @wrap_promised_and_kept() {
  %byte = call i8 @byte_of_coin()
  %wide = zext i8 %byte to i16
  %sum = add nuw i16 %wide, 1
  %test = icmp ugt i16 %sum, 1
  br i1 %test, label %good, label %bad
good:
  ret void
bad:
  unreachable
}

define void @wrap_promised_and_broken() {
  %byte = call i8 @byte_of_coin()
  %sum = add nuw i8 %byte, 1
  %test = icmp ugt i8 %sum, 1
  br i1 %test, label %good, label %good
good:
  ret void
}

define void @shift_too_far() {
  %byte = call i8 @byte_of_coin()
  %amount = and i8 %byte, 8
  %shifted = shl i8 1, %amount
  %test = icmp ugt i8 %shifted, 1
  br i1 %test, label %good, label %good
good:
  ret void
}

define void @shift_far_enough() {
  %byte = call i8 @byte_of_coin()
  %amount = and i8 %byte, 7
  %shifted = shl i8 1, %amount
  %test = icmp ugt i8 %shifted, 1
  br i1 %test, label %good, label %bad
good:
  ret void
bad:
  unreachable
}

define void @boolean_from_two() {
  %coin = call i1 @coin()
  %byte = select i1 %coin, i8 2, i8 1
  %bit = trunc nuw i8 %byte to i1
  br i1 %bit, label %a, label %a
a:
  ret void
}

define void @boolean_from_one() {
  %coin = call i1 @coin()
  %byte = select i1 %coin, i8 0, i8 1
  %bit = trunc nuw i8 %byte to i1
  br i1 %bit, label %a, label %a
a:
  ret void
}

; One byte, three bytes of padding, one word.
define void @padding_moves() {
  %from = alloca { i8, i32 }
  %to = alloca { i8, i32 }
  store i8 7, ptr %from
  %field = getelementptr inbounds i8, ptr %from, i64 4
  store i32 9, ptr %field
  %whole = load i64, ptr %from
  store i64 %whole, ptr %to
  %tag = load i8, ptr %to
  %good = icmp eq i8 %tag, 7
  br i1 %good, label %a, label %bad
a:
  ret void
bad:
  unreachable
}

define void @padding_is_read() {
  %from = alloca { i8, i32 }
  store i8 7, ptr %from
  %field = getelementptr inbounds i8, ptr %from, i64 4
  store i32 9, ptr %field
  %whole = load i64, ptr %from
  %test = icmp eq i64 %whole, 7
  br i1 %test, label %a, label %a
a:
  ret void
}

define void @field_next_to_padding() {
  %from = alloca { i8, i32 }
  store i8 7, ptr %from
  %field = getelementptr inbounds i8, ptr %from, i64 4
  store i32 9, ptr %field
  %whole = load i64, ptr %from
  %shifted = lshr i64 %whole, 32
  %word = trunc i64 %shifted to i32
  %good = icmp eq i32 %word, 9
  br i1 %good, label %a, label %bad
a:
  ret void
bad:
  unreachable
}

define void @undefined_load() {
  %slot = alloca i32
  %value = load i32, ptr %slot, !noundef !0
  ret void
}

define void @defined_load() {
  %slot = alloca i32
  store i32 1, ptr %slot
  %value = load i32, ptr %slot, !noundef !0
  ret void
}

define void @frozen() {
  %slot = alloca i8
  %value = load i8, ptr %slot
  %fixed = freeze i8 %value
  %a = icmp ult i8 %fixed, 10
  %b = icmp uge i8 %fixed, 10
  %one = xor i1 %a, %b
  br i1 %one, label %good, label %bad
good:
  ret void
bad:
  unreachable
}

define void @defined_on_one_way() {
  %slot = alloca i8
  %coin = call i1 @coin()
  br i1 %coin, label %write, label %go
write:
  store i8 1, ptr %slot
  br label %go
go:
  %value = load i8, ptr %slot
  %test = icmp eq i8 %value, 1
  br i1 %test, label %good, label %good
good:
  ret void
}

; As an option: the tag says whether the rest is defined.
define void @defined_where_it_is_used() {
  %slot = alloca { i8, i8 }
  %payload = getelementptr inbounds i8, ptr %slot, i64 1
  %coin = call i1 @coin()
  br i1 %coin, label %some, label %none
some:
  store i8 1, ptr %slot
  store i8 42, ptr %payload
  br label %go
none:
  store i8 0, ptr %slot
  br label %go
go:
  %copy = load i16, ptr %slot, align 1
  store i16 %copy, ptr %slot, align 1
  %tag = load i8, ptr %slot
  %is_some = icmp eq i8 %tag, 1
  br i1 %is_some, label %use, label %end
use:
  %value = load i8, ptr %payload, !noundef !0
  %good = icmp eq i8 %value, 42
  br i1 %good, label %end, label %bad
end:
  ret void
bad:
  unreachable
}

define void @address_moves_in_an_integer() {
  %object = alloca i32
  %pair = alloca { ptr, i64 }
  store ptr %object, ptr %pair
  %second = getelementptr inbounds i8, ptr %pair, i64 8
  store i64 5, ptr %second
  %copy = alloca { ptr, i64 }
  %whole = load i128, ptr %pair, align 8
  store i128 %whole, ptr %copy, align 8
  %address = load ptr, ptr %copy
  store i32 1, ptr %address
  ret void
}

define void @offset_out_of_bounds_and_used() {
  %array = alloca [4 x i8]
  %far = getelementptr inbounds i8, ptr %array, i64 5
  %back = getelementptr inbounds i8, ptr %far, i64 -5
  store i8 1, ptr %back
  ret void
}

define void @offset_out_of_bounds_and_unused() {
  %array = alloca [4 x i8]
  %far = getelementptr inbounds i8, ptr %array, i64 5
  ret void
}

define void @select_ignores_the_poison() {
  %coin = call i1 @coin()
  %wrong = select i1 %coin, i8 poison, i8 3
  %right = select i1 %coin, i8 3, i8 %wrong
  %good = icmp eq i8 %right, 3
  br i1 %good, label %a, label %bad
a:
  ret void
bad:
  unreachable
}

!0 = !{}

; An empty slice begins nowhere. Where its path was merged with that of another one, the address belongs
; to the other one's object on both.
define void @compare_with_end(i64 %more) {
  %slot = alloca [3 x i32]
  %coin = call i1 @coin()
  %nowhere = inttoptr i64 4 to ptr
  %start = select i1 %coin, ptr %slot, ptr %nowhere
  %wanted = add i64 3, %more
  %length = select i1 %coin, i64 %wanted, i64 0
  %end = getelementptr inbounds i32, ptr %start, i64 %length
  %is_empty = icmp eq ptr %start, %end
  br i1 %is_empty, label %empty, label %full
empty:
  br i1 %coin, label %bad, label %good
full:
  br i1 %coin, label %good, label %bad
good:
  ret void
bad:
  unreachable
}

define void @end_of_an_empty_or_a_full_slice() {
  call void @compare_with_end(i64 0)
  ret void
}

define void @behind_the_end_of_a_full_slice() {
  call void @compare_with_end(i64 1)
  ret void
}

define void @back_from_behind_the_end() {
  %slot = alloca [4 x i8]
  %coin = call i1 @coin()
  %distance = select i1 %coin, i64 5, i64 1
  %behind = getelementptr i8, ptr %slot, i64 %distance
  %back = getelementptr inbounds i8, ptr %behind, i64 -1
  %test = icmp eq ptr %back, %slot
  br i1 %test, label %a, label %a
a:
  ret void
}
