; Branches, switches, loops, calls, and the ends of a path.
;
; @every_way_of_a_switch: held
; @one_way_of_a_switch: fails undefined-behaviour: promised to be unreachable
; @ones_are_counted_by_a_loop: held
; @a_loop_that_ends: held
; @assumed: held
; @assumed_wrongly: fails undefined-behaviour: a condition promised to hold does not hold
; @rejected: vacuous
; @aborted: fails process-ended: the process aborts
; @exited: fails process-ended: the process exits with code 3
; @endless_recursion: fails process-ended: the stack overflows
; @deep_recursion: held
; @called_through_an_address: held
; @called_through_one_of_two: held
; @called_through_data: fails undefined-behaviour: there is no function at the address
; @called_with_too_few: fails undefined-behaviour: the function takes other arguments
; @divided_by_zero: fails undefined-behaviour: division by zero
; @divided_by_zero: fails undefined-behaviour: division of the least number by -1
; @divided_well: held
; @unknown_function: unsupported the foreign function `unknown
; @unknown_function_on_another_way: held
; @unknown_variable: unsupported the variable `unknown_variable_of_c`

@target = global i32 0
@unknown_variable_of_c = external global i32

declare void @"proofhouse::machine::choose_boolean"(ptr)
declare void @"proofhouse::machine::choose_integer"(ptr, ptr)
declare void @"proofhouse::machine::assume"(i1)
declare void @"proofhouse::machine::reject"()
declare void @llvm.assume(i1)
declare void @abort()
declare void @exit(i32)
declare void @unknown()

define i1 @coin() {
  %slot = alloca i8
  call void @"proofhouse::machine::choose_boolean"(ptr %slot)
  %byte = load i8, ptr %slot
  %bit = trunc i8 %byte to i1
  ret i1 %bit
}

; A number of 8 bits.
define i8 @byte() {
  %request = alloca [40 x i8], align 8
  %result = alloca [16 x i8], align 8
  store i128 0, ptr %request, align 8
  %maximum = getelementptr i8, ptr %request, i64 16
  store i128 255, ptr %maximum, align 8
  %width = getelementptr i8, ptr %request, i64 32
  store i32 8, ptr %width
  %signed = getelementptr i8, ptr %request, i64 36
  store i32 0, ptr %signed
  call void @"proofhouse::machine::choose_integer"(ptr %request, ptr %result)
  %byte = load i8, ptr %result
  ret i8 %byte
}

define void @every_way_of_a_switch() {
  %byte = call i8 @byte()
  switch i8 %byte, label %rest [ i8 1, label %one
                                 i8 2, label %two
                                 i8 3, label %one ]
one:
  %odd = and i8 %byte, 1
  %is_odd = icmp eq i8 %odd, 1
  br i1 %is_odd, label %end, label %bad
two:
  %is_two = icmp eq i8 %byte, 2
  br i1 %is_two, label %end, label %bad
rest:
  %less = sub i8 %byte, 1
  %is_rest = icmp ugt i8 %less, 2
  br i1 %is_rest, label %end, label %bad
end:
  ret void
bad:
  unreachable
}

define void @one_way_of_a_switch() {
  %byte = call i8 @byte()
  switch i8 %byte, label %end [ i8 17, label %bad ]
end:
  ret void
bad:
  unreachable
}

; 256 numbers, but a path for each only without merging.
define void @ones_are_counted_by_a_loop() {
  %byte = call i8 @byte()
  br label %head
head:
  %index = phi i8 [ 0, %0 ], [ %index.next, %join ]
  %count = phi i8 [ 0, %0 ], [ %count.next, %join ]
  %rest = phi i8 [ %byte, %0 ], [ %rest.next, %join ]
  %bit = and i8 %rest, 1
  %is_set = icmp eq i8 %bit, 1
  br i1 %is_set, label %more, label %join
more:
  %count.more = add i8 %count, 1
  br label %join
join:
  %count.next = phi i8 [ %count, %head ], [ %count.more, %more ]
  %rest.next = lshr i8 %rest, 1
  %index.next = add i8 %index, 1
  %goes.on = icmp ult i8 %index.next, 8
  br i1 %goes.on, label %head, label %end
end:
  %ones = call i8 @llvm.ctpop.i8(i8 %byte)
  %good = icmp eq i8 %ones, %count.next
  br i1 %good, label %ok, label %bad
ok:
  ret void
bad:
  unreachable
}
declare i8 @llvm.ctpop.i8(i8)

define void @a_loop_that_ends() {
  %byte = call i8 @byte()
  %limit = and i8 %byte, 15
  br label %head
head:
  %index = phi i8 [ 0, %0 ], [ %next, %body ]
  %done = icmp uge i8 %index, %limit
  br i1 %done, label %end, label %body
body:
  %next = add i8 %index, 1
  br label %head
end:
  %good = icmp eq i8 %index, %limit
  br i1 %good, label %ok, label %bad
ok:
  ret void
bad:
  unreachable
}

define void @assumed() {
  %byte = call i8 @byte()
  %small = icmp ult i8 %byte, 10
  call void @"proofhouse::machine::assume"(i1 %small)
  call void @llvm.assume(i1 %small)
  ret void
}

define void @assumed_wrongly() {
  %byte = call i8 @byte()
  %small = icmp ult i8 %byte, 10
  call void @llvm.assume(i1 %small)
  ret void
}

define void @rejected() {
  %byte = call i8 @byte()
  %small = icmp ult i8 %byte, 10
  br i1 %small, label %a, label %b
a:
  call void @"proofhouse::machine::reject"()
  unreachable
b:
  call void @"proofhouse::machine::assume"(i1 false)
  ret void
}

define void @aborted() {
  %coin = call i1 @coin()
  br i1 %coin, label %a, label %b
a:
  call void @abort()
  unreachable
b:
  ret void
}

define void @exited() {
  call void @exit(i32 3)
  unreachable
}

define void @endless_recursion() {
  %slot = alloca [64 x i8]
  call void @endless_recursion()
  ret void
}

define i32 @descend(i32 %depth) {
  %slot = alloca i32
  store i32 %depth, ptr %slot
  %done = icmp eq i32 %depth, 0
  br i1 %done, label %end, label %more
more:
  %less = sub i32 %depth, 1
  %rest = call i32 @descend(i32 %less)
  %again = load i32, ptr %slot
  ret i32 %again
end:
  ret i32 0
}

define void @deep_recursion() {
  %depth = call i32 @descend(i32 1000)
  %good = icmp eq i32 %depth, 1000
  br i1 %good, label %ok, label %bad
ok:
  ret void
bad:
  unreachable
}

define i32 @one() {
  ret i32 1
}

define i32 @two() {
  ret i32 2
}

define void @called_through_an_address() {
  %slot = alloca ptr
  store ptr @one, ptr %slot
  %callee = load ptr, ptr %slot
  %value = call i32 %callee()
  %good = icmp eq i32 %value, 1
  br i1 %good, label %ok, label %bad
ok:
  ret void
bad:
  unreachable
}

define void @called_through_one_of_two() {
  %coin = call i1 @coin()
  %callee = select i1 %coin, ptr @one, ptr @two
  %value = call i32 %callee()
  %expected = select i1 %coin, i32 1, i32 2
  %good = icmp eq i32 %value, %expected
  br i1 %good, label %ok, label %bad
ok:
  ret void
bad:
  unreachable
}

define void @called_through_data() {
  call void @target()
  ret void
}

define void @called_with_too_few() {
  %slot = alloca ptr
  store ptr @descend, ptr %slot
  %callee = load ptr, ptr %slot
  %value = call i32 %callee()
  ret void
}

define void @divided_by_zero() {
  %a = call i8 @byte()
  %b = call i8 @byte()
  %q = sdiv i8 %a, %b
  ret void
}

define void @divided_well() {
  %a.byte = call i8 @byte()
  %b.byte = call i8 @byte()
  %a = and i8 %a.byte, 31
  %b = and i8 %b.byte, 31
  %odd = or i8 %b, 1
  %q = udiv i8 %a, %odd
  %r = urem i8 %a, %odd
  %p = mul i8 %q, %odd
  %back = add i8 %p, %r
  %good = icmp eq i8 %back, %a
  br i1 %good, label %ok, label %bad
ok:
  ret void
bad:
  unreachable
}

define void @unknown_function() {
  %coin = call i1 @coin()
  br i1 %coin, label %a, label %b
a:
  call void @unknown()
  ret void
b:
  ret void
}

define void @unknown_function_on_another_way() {
  %byte = call i8 @byte()
  %low = and i8 %byte, 1
  %impossible = icmp ugt i8 %low, 1
  br i1 %impossible, label %a, label %b
a:
  call void @unknown()
  ret void
b:
  ret void
}

define void @unknown_variable() {
  %value = load i32, ptr @unknown_variable_of_c
  ret void
}
