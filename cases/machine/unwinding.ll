; Exceptions travel to the frame that catches them, through cleanups.
;
; @caught: held
; @cleaned_up_on_the_way: held
; @caught_on_one_way: held
; @not_caught: held

@log = global i32 0

declare i32 @_Unwind_RaiseException(ptr)
declare i32 @personality(...)
declare void @"proofhouse::machine::choose_boolean"(ptr)

define i1 @coin() {
  %slot = alloca i8
  call void @"proofhouse::machine::choose_boolean"(ptr %slot)
  %byte = load i8, ptr %slot
  %bit = trunc i8 %byte to i1
  ret i1 %bit
}

define void @check(i1 %good) {
  br i1 %good, label %ok, label %bad
ok:
  ret void
bad:
  unreachable
}

define void @throw() {
  %slot = alloca i64
  %code = call i32 @_Unwind_RaiseException(ptr @log)
  ; Comes back only if nobody catches it.
  %is_end_of_stack = icmp eq i32 %code, 5
  call void @check(i1 %is_end_of_stack)
  ret void
}

define void @caught() personality ptr @personality {
  invoke void @throw() to label %normal unwind label %pad
normal:
  unreachable
pad:
  %caught = landingpad { ptr, i32 } catch ptr null
  %exception = extractvalue { ptr, i32 } %caught, 0
  %good = icmp eq ptr %exception, @log
  call void @check(i1 %good)
  ret void
}

define void @cleans() personality ptr @personality {
  invoke void @throw() to label %normal unwind label %pad
normal:
  ret void
pad:
  %caught = landingpad { ptr, i32 } cleanup
  %old = load i32, ptr @log
  %new = add i32 %old, 1
  store i32 %new, ptr @log
  resume { ptr, i32 } %caught
}

define void @cleaned_up_on_the_way() personality ptr @personality {
  invoke void @cleans() to label %normal unwind label %pad
normal:
  unreachable
pad:
  %caught = landingpad { ptr, i32 } catch ptr null
  %count = load i32, ptr @log
  %good = icmp eq i32 %count, 1
  call void @check(i1 %good)
  ret void
}

define void @throws_sometimes(i1 %coin) {
  br i1 %coin, label %a, label %b
a:
  call void @throw()
  unreachable
b:
  ret void
}

define void @caught_on_one_way() personality ptr @personality {
  %coin = call i1 @coin()
  invoke void @throws_sometimes(i1 %coin) to label %normal unwind label %pad
normal:
  br label %end
pad:
  %caught = landingpad { ptr, i32 } catch ptr null
  br label %end
end:
  %was_caught = phi i1 [ false, %normal ], [ true, %pad ]
  %good = icmp eq i1 %was_caught, %coin
  call void @check(i1 %good)
  ret void
}

define void @not_caught() {
  call void @throw()
  ret void
}
