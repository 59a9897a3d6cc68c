; Phis are parallel copies on edges; unreachable blocks vanish; wide switches are chains.

define i32 @swap(i32 %n) {
entry:
  br label %loop
loop:
  %a = phi i32 [ 0, %entry ], [ %b, %loop ]
  %b = phi i32 [ 1, %entry ], [ %sum, %loop ]
  %i = phi i32 [ %n, %entry ], [ %less, %loop ]
  %sum = add i32 %a, %b
  %less = sub i32 %i, 1
  %done = icmp eq i32 %less, 0
  br i1 %done, label %exit, label %loop
dead:
  br label %exit
exit:
  %result = phi i32 [ %sum, %loop ], [ 7, %dead ]
  ret i32 %result
}

define i32 @cases(i8 %x) {
  switch i8 %x, label %other [
    i8 -1, label %one
    i8 3, label %two
    i8 0, label %two
  ]
one:
  br label %join
two:
  br label %join
other:
  unreachable
join:
  %r = phi i32 [ 1, %one ], [ 2, %two ]
  ret i32 %r
}

define i32 @wide_cases(i128 %x) {
entry:
  switch i128 %x, label %other [
    i128 -1, label %one
    i128 18446744073709551616, label %two
  ]
one:
  br label %other
two:
  br label %other
other:
  %r = phi i32 [ 0, %entry ], [ 1, %one ], [ 2, %two ]
  ret i32 %r
}

define { i32, i32 } @aggregate_phi(i1 %c, { i32, i32 } %a) {
entry:
  br i1 %c, label %left, label %join
left:
  br label %join
join:
  %r = phi { i32, i32 } [ %a, %entry ], [ { i32 4, i32 undef }, %left ]
  ret { i32, i32 } %r
}

@somewhere = external global i8

define i64 @address_on_an_edge(i1 %c) {
entry:
  br i1 %c, label %left, label %join
left:
  br label %join
join:
  %r = phi i64 [ 0, %entry ], [ ptrtoint (ptr @somewhere to i64), %left ]
  ret i64 %r
}

declare { i64, ptr } @may_panic(ptr)
declare void @drop(ptr)
declare i32 @rust_eh_personality(...)

define i64 @unwinding(ptr %p) personality ptr @rust_eh_personality {
start:
  %result = invoke { i64, ptr } @may_panic(ptr %p) to label %ok unwind label %cleanup
ok:
  %x = phi { i64, ptr } [ %result, %start ]
  %first = extractvalue { i64, ptr } %x, 0
  ret i64 %first
cleanup:
  %pad = landingpad { ptr, i32 } cleanup
  invoke void @drop(ptr %p) to label %go_on unwind label %terminate
go_on:
  resume { ptr, i32 } %pad
terminate:
  %again = landingpad { ptr, i32 } filter [0 x ptr] zeroinitializer
  unreachable
}

define i32 @catching(ptr %p) personality ptr @rust_eh_personality {
  %r = invoke { i64, ptr } @may_panic(ptr %p) to label %ok unwind label %catch
ok:
  ret i32 0
catch:
  %pad = landingpad { ptr, i32 } catch ptr null
  %payload = extractvalue { ptr, i32 } %pad, 0
  call void @drop(ptr %payload)
  ret i32 1
}
