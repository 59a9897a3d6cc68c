; Floats as unknowns: what holds of all of them, and what does not hold of one.
;
; @sums_do_not_mind_their_order: held
; @sums_mind_their_grouping: fails undefined-behaviour: promised to be unreachable
; @sums_of_any_floats_equal_themselves: fails undefined-behaviour: promised to be unreachable
; @differences_of_equal_numbers_are_zero: held
; @differences_of_equal_floats_are_zero: fails undefined-behaviour: promised to be unreachable
; @products_do_not_mind_their_order: held
; @squares_are_not_negative: held
; @squares_of_small_numbers_are_positive: fails undefined-behaviour: promised to be unreachable
; @quotients_by_themselves_are_one: held
; @quotients_by_infinity_are_one: fails undefined-behaviour: promised to be unreachable
; @roots_are_not_negative: held
; @roots_are_above_minus_zero: fails undefined-behaviour: promised to be unreachable
; @small_integers_come_back: held
; @large_integers_come_back: fails undefined-behaviour: promised to be unreachable
; @casts_are_clamped: held
; @casts_that_do_not_fit: fails undefined-behaviour: uninitialised or poisoned value used to decide a branch
; @casts_that_fit: held
; @clamped_numbers_are_in_range: held
; @clamped_floats_are_in_range: fails undefined-behaviour: promised to be unreachable
; @wider_and_back_is_the_same_number: held
; @narrower_and_back_is_the_same_number: fails undefined-behaviour: promised to be unreachable
; @floors_are_below: held
; @floors_are_a_unit_below: fails undefined-behaviour: promised to be unreachable
; @rounding_twice_is_rounding_once: held
; @fused_is_not_two_steps: fails undefined-behaviour: promised to be unreachable
; @fused_with_one_is_a_sum: held
; @remainders_are_below_the_divisor: held
; @remainders_reach_the_divisor: fails undefined-behaviour: promised to be unreachable
; @the_smaller_is_not_above: held
; @minus_zero_is_not_always_the_smaller: unsupported a failure that a plain run does not show
; @minimum_knows_minus_zero: held
; @classes_divide_all_floats: held
; @every_nan_is_quiet: fails undefined-behaviour: promised to be unreachable
; @bits_of_a_nan_are_not_promised: unsupported a failure that a plain run does not show
; @bits_of_a_number_are: held
; @signs_are_bits: held
; @lanes_are_added_one_by_one: held
; @floats_go_through_memory: held
; @a_sine_may_be_anything: held

@slot = global i64 0

declare void @"proofhouse::machine::choose_integer"(ptr, ptr)
declare void @"proofhouse::machine::assume"(i1)
declare float @llvm.fabs.f32(float)
declare float @llvm.copysign.f32(float, float)
declare float @llvm.sqrt.f32(float)
declare float @llvm.fma.f32(float, float, float)
declare float @llvm.floor.f32(float)
declare float @llvm.rint.f32(float)
declare float @llvm.minnum.f32(float, float)
declare float @llvm.maxnum.f32(float, float)
declare float @llvm.minimum.f32(float, float)
declare float @llvm.sin.f32(float)
declare i8 @llvm.fptoui.sat.i8.f32(float)
declare i1 @llvm.is.fpclass.f32(float, i32)

define i64 @bits(i32 %width) {
  %request = alloca [40 x i8], align 8
  %result = alloca [16 x i8], align 8
  call void @llvm.memset.p0.i64(ptr %request, i8 0, i64 40, i1 false)
  %at = getelementptr i8, ptr %request, i64 16
  %is_narrow = icmp eq i32 %width, 32
  %most = select i1 %is_narrow, i64 4294967295, i64 -1
  store i64 %most, ptr %at, align 8
  %width_at = getelementptr i8, ptr %request, i64 32
  store i32 %width, ptr %width_at
  call void @"proofhouse::machine::choose_integer"(ptr %request, ptr %result)
  %number = load i64, ptr %result
  ret i64 %number
}

declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)

define i32 @integer() {
  %bits = call i64 @bits(i32 32)
  %number = trunc i64 %bits to i32
  ret i32 %number
}

define float @single() {
  %bits = call i32 @integer()
  %float = bitcast i32 %bits to float
  ret float %float
}

define double @double() {
  %bits = call i64 @bits(i32 64)
  %float = bitcast i64 %bits to double
  ret double %float
}

; Neither a NaN nor infinite.
define float @finite() {
  %float = call float @single()
  %magnitude = call float @llvm.fabs.f32(float %float)
  %is_finite = fcmp olt float %magnitude, 0x7FF0000000000000
  call void @"proofhouse::machine::assume"(i1 %is_finite)
  ret float %float
}

define void @check(i1 %good) {
  br i1 %good, label %ok, label %bad
ok:
  ret void
bad:
  unreachable
}

define void @sums_do_not_mind_their_order() {
  %a = call double @double()
  %b = call double @double()
  %forward = fadd double %a, %b
  %back = fadd double %b, %a
  %same = fcmp ueq double %forward, %back
  call void @check(i1 %same)
  ret void
}

define void @sums_mind_their_grouping() {
  %a = call float @finite()
  %b = call float @finite()
  %c = call float @finite()
  %ab = fadd float %a, %b
  %left = fadd float %ab, %c
  %bc = fadd float %b, %c
  %right = fadd float %a, %bc
  %same = fcmp ueq float %left, %right
  call void @check(i1 %same)
  ret void
}

define void @sums_of_any_floats_equal_themselves() {
  %a = call float @single()
  %b = call float @single()
  %sum = fadd float %a, %b
  %same = fcmp oeq float %sum, %sum
  call void @check(i1 %same)
  ret void
}

define void @differences_of_equal_numbers_are_zero() {
  %a = call float @finite()
  %difference = fsub float %a, %a
  %bits = bitcast float %difference to i32
  %is_zero = icmp eq i32 %bits, 0
  call void @check(i1 %is_zero)
  ret void
}

define void @differences_of_equal_floats_are_zero() {
  %a = call float @single()
  %difference = fsub float %a, %a
  %is_zero = fcmp oeq float %difference, 0.0
  call void @check(i1 %is_zero)
  ret void
}

define void @products_do_not_mind_their_order() {
  %a = call double @double()
  %b = call double @double()
  %forward = fmul double %a, %b
  %back = fmul double %b, %a
  %same = fcmp ueq double %forward, %back
  call void @check(i1 %same)
  ret void
}

define void @squares_are_not_negative() {
  %a = call float @finite()
  %square = fmul float %a, %a
  %good = fcmp oge float %square, 0.0
  call void @check(i1 %good)
  ret void
}

define void @squares_of_small_numbers_are_positive() {
  %a = call float @finite()
  %is_zero = fcmp oeq float %a, 0.0
  %is_some = xor i1 %is_zero, true
  call void @"proofhouse::machine::assume"(i1 %is_some)
  %square = fmul float %a, %a
  %good = fcmp ogt float %square, 0.0
  call void @check(i1 %good)
  ret void
}

define void @quotients_by_themselves_are_one() {
  %a = call float @finite()
  %is_some = fcmp one float %a, 0.0
  call void @"proofhouse::machine::assume"(i1 %is_some)
  %quotient = fdiv float %a, %a
  %good = fcmp oeq float %quotient, 1.0
  call void @check(i1 %good)
  ret void
}

define void @quotients_by_infinity_are_one() {
  %a = call float @single()
  %is_some = fcmp one float %a, 0.0
  call void @"proofhouse::machine::assume"(i1 %is_some)
  %quotient = fdiv float %a, %a
  %good = fcmp oeq float %quotient, 1.0
  call void @check(i1 %good)
  ret void
}

define void @roots_are_not_negative() {
  %a = call float @single()
  %is_root = fcmp oge float %a, 0.0
  call void @"proofhouse::machine::assume"(i1 %is_root)
  %root = call float @llvm.sqrt.f32(float %a)
  %good = fcmp oge float %root, 0.0
  call void @check(i1 %good)
  ret void
}

define void @roots_are_above_minus_zero() {
  %a = call float @single()
  %is_root = fcmp oge float %a, 0.0
  call void @"proofhouse::machine::assume"(i1 %is_root)
  %root = call float @llvm.sqrt.f32(float %a)
  %bits = bitcast float %root to i32
  %good = icmp sge i32 %bits, 0
  call void @check(i1 %good)
  ret void
}

define void @round_trip(i32 %limit) {
  %a = call i32 @integer()
  %not_above = icmp sle i32 %a, %limit
  call void @"proofhouse::machine::assume"(i1 %not_above)
  %negated = sub i32 0, %limit
  %not_below = icmp sge i32 %a, %negated
  call void @"proofhouse::machine::assume"(i1 %not_below)
  %float = sitofp i32 %a to float
  %back = fptosi float %float to i32
  %good = icmp eq i32 %a, %back
  call void @check(i1 %good)
  ret void
}

define void @small_integers_come_back() {
  call void @round_trip(i32 16777216)
  ret void
}

define void @large_integers_come_back() {
  call void @round_trip(i32 16777220)
  ret void
}

define void @casts_are_clamped() {
  %a = call float @single()
  %byte = call i8 @llvm.fptoui.sat.i8.f32(float %a)
  %is_large = fcmp oge float %a, 255.0
  %is_most = icmp eq i8 %byte, 255
  %as_large = icmp eq i1 %is_large, %is_most
  call void @check(i1 %as_large)
  %is_small = fcmp ult float %a, 1.0
  %is_none = icmp eq i8 %byte, 0
  %as_small = icmp eq i1 %is_small, %is_none
  call void @check(i1 %as_small)
  ret void
}

define void @cast(float %a) {
  %byte = fptoui float %a to i8
  %above = icmp ugt i8 %byte, 3
  br i1 %above, label %one, label %other
one:
  ret void
other:
  ret void
}

define void @casts_that_do_not_fit() {
  %a = call float @finite()
  call void @cast(float %a)
  ret void
}

define void @casts_that_fit() {
  %a = call float @finite()
  %above = fcmp ogt float %a, -1.0
  call void @"proofhouse::machine::assume"(i1 %above)
  %below = fcmp olt float %a, 256.0
  call void @"proofhouse::machine::assume"(i1 %below)
  call void @cast(float %a)
  ret void
}

define float @clamp(float %a) {
  %is_below = fcmp olt float %a, -1.5
  %raised = select i1 %is_below, float -1.5, float %a
  %is_above = fcmp ogt float %raised, 2.5
  %clamped = select i1 %is_above, float 2.5, float %raised
  ret float %clamped
}

define void @in_range(float %a) {
  %low = fcmp oge float %a, -1.5
  call void @check(i1 %low)
  %high = fcmp ole float %a, 2.5
  call void @check(i1 %high)
  ret void
}

define void @clamped_numbers_are_in_range() {
  %a = call float @finite()
  %b = call float @finite()
  %sum = fadd float %a, %b
  %clamped = call float @clamp(float %sum)
  call void @in_range(float %clamped)
  ret void
}

define void @clamped_floats_are_in_range() {
  %a = call float @single()
  %b = call float @single()
  %sum = fadd float %a, %b
  %clamped = call float @clamp(float %sum)
  call void @in_range(float %clamped)
  ret void
}

define void @wider_and_back_is_the_same_number() {
  %a = call float @single()
  %wide = fpext float %a to double
  %back = fptrunc double %wide to float
  %same = fcmp ueq float %a, %back
  call void @check(i1 %same)
  ret void
}

define void @narrower_and_back_is_the_same_number() {
  %a = call double @double()
  %narrow = fptrunc double %a to float
  %back = fpext float %narrow to double
  %same = fcmp ueq double %a, %back
  call void @check(i1 %same)
  ret void
}

define void @floors_are_below() {
  %a = call float @finite()
  %floor = call float @llvm.floor.f32(float %a)
  %below = fcmp ole float %floor, %a
  call void @check(i1 %below)
  ret void
}

define void @floors_are_a_unit_below() {
  %a = call float @finite()
  %floor = call float @llvm.floor.f32(float %a)
  %next = fadd float %floor, 1.0
  %above = fcmp ogt float %next, %a
  call void @check(i1 %above)
  ret void
}

define void @rounding_twice_is_rounding_once() {
  %a = call float @finite()
  %once = call float @llvm.rint.f32(float %a)
  %twice = call float @llvm.rint.f32(float %once)
  %same = fcmp oeq float %once, %twice
  call void @check(i1 %same)
  ret void
}

define void @fused_is_not_two_steps() {
  %a = call float @finite()
  %b = call float @finite()
  %c = call float @finite()
  %fused = call float @llvm.fma.f32(float %a, float %b, float %c)
  %product = fmul float %a, %b
  %sum = fadd float %product, %c
  %same = fcmp ueq float %fused, %sum
  call void @check(i1 %same)
  ret void
}

define void @fused_with_one_is_a_sum() {
  %a = call float @finite()
  %c = call float @finite()
  %fused = call float @llvm.fma.f32(float %a, float 1.0, float %c)
  %sum = fadd float %a, %c
  %same = fcmp oeq float %fused, %sum
  call void @check(i1 %same)
  ret void
}

define float @remainder_of_three() {
  %a = call float @finite()
  %magnitude = call float @llvm.fabs.f32(float %a)
  %is_small = fcmp olt float %magnitude, 64.0
  call void @"proofhouse::machine::assume"(i1 %is_small)
  %remainder = frem float %a, 3.0
  %size = call float @llvm.fabs.f32(float %remainder)
  ret float %size
}

define void @remainders_are_below_the_divisor() {
  %size = call float @remainder_of_three()
  %good = fcmp olt float %size, 3.0
  call void @check(i1 %good)
  ret void
}

define void @remainders_reach_the_divisor() {
  %size = call float @remainder_of_three()
  %good = fcmp olt float %size, 2.5
  call void @check(i1 %good)
  ret void
}

define void @the_smaller_is_not_above() {
  %a = call float @finite()
  %b = call float @single()
  %smaller = call float @llvm.minnum.f32(float %a, float %b)
  %larger = call float @llvm.maxnum.f32(float %a, float %b)
  %ordered = fcmp ole float %smaller, %larger
  call void @check(i1 %ordered)
  %not_above = fcmp ole float %smaller, %a
  call void @check(i1 %not_above)
  ret void
}

; The host says minus zero, as it happens. Nothing promises it.
define void @minus_zero_is_not_always_the_smaller() {
  %bits = call i32 @integer()
  %sign = and i32 %bits, -2147483648
  %zero = bitcast i32 %sign to float
  %negated = fneg float %zero
  %smaller = call float @llvm.minnum.f32(float %zero, float %negated)
  %again = call float @llvm.minnum.f32(float %zero, float %negated)
  %first = bitcast float %smaller to i32
  %second = bitcast float %again to i32
  %same = icmp eq i32 %first, %second
  call void @check(i1 %same)
  ret void
}

define void @minimum_knows_minus_zero() {
  %bits = call i32 @integer()
  %sign = and i32 %bits, -2147483648
  %zero = bitcast i32 %sign to float
  %negated = fneg float %zero
  %smaller = call float @llvm.minimum.f32(float %zero, float %negated)
  %found = bitcast float %smaller to i32
  %good = icmp eq i32 %found, -2147483648
  call void @check(i1 %good)
  ret void
}

define void @classes_divide_all_floats() {
  %a = call float @single()
  %nan = call i1 @llvm.is.fpclass.f32(float %a, i32 3)
  %infinite = call i1 @llvm.is.fpclass.f32(float %a, i32 516)
  %finite = call i1 @llvm.is.fpclass.f32(float %a, i32 504)
  %one = xor i1 %nan, %infinite
  %odd = xor i1 %one, %finite
  call void @check(i1 %odd)
  %unordered = fcmp uno float %a, %a
  %same = icmp eq i1 %nan, %unordered
  call void @check(i1 %same)
  %negative = call i1 @llvm.is.fpclass.f32(float %a, i32 60)
  %bits = bitcast float %a to i32
  %sign = icmp slt i32 %bits, 0
  %number = xor i1 %nan, true
  %expected = and i1 %sign, %number
  %signed = icmp eq i1 %negative, %expected
  call void @check(i1 %signed)
  ret void
}

define void @every_nan_is_quiet() {
  %a = call float @single()
  %quiet = call i1 @llvm.is.fpclass.f32(float %a, i32 1021)
  %signalling = call i1 @llvm.is.fpclass.f32(float %a, i32 1)
  %good = xor i1 %signalling, true
  call void @check(i1 %good)
  ret void
}

; Two instructions may make two NaNs, also where a processor makes one.
define void @bits_of_a_nan_are_not_promised() {
  %a = call float @single()
  %root = call float @llvm.sqrt.f32(float %a)
  %again = call float @llvm.sqrt.f32(float %a)
  %first = bitcast float %root to i32
  %second = bitcast float %again to i32
  %same = icmp eq i32 %first, %second
  call void @check(i1 %same)
  ret void
}

define void @bits_of_a_number_are() {
  %a = call float @finite()
  %sum = fadd float %a, 1.0
  %again = fadd float 1.0, %a
  %first = bitcast float %sum to i32
  %second = bitcast float %again to i32
  %same = icmp eq i32 %first, %second
  call void @check(i1 %same)
  ret void
}

define void @signs_are_bits() {
  %a = call float @single()
  %negated = fneg float %a
  %back = fneg float %negated
  %first = bitcast float %a to i32
  %second = bitcast float %back to i32
  %same = icmp eq i32 %first, %second
  call void @check(i1 %same)
  %copied = call float @llvm.copysign.f32(float %a, float -0.0)
  %bits = bitcast float %copied to i32
  %negative = icmp slt i32 %bits, 0
  call void @check(i1 %negative)
  ret void
}

define void @lanes_are_added_one_by_one() {
  %a = call float @finite()
  %b = call float @finite()
  %low = insertelement <2 x float> poison, float %a, i32 0
  %both = insertelement <2 x float> %low, float %b, i32 1
  %sum = fadd <2 x float> %both, <float 1.0, float 2.0>
  %second = extractelement <2 x float> %sum, i32 1
  %expected = fadd float %b, 2.0
  %same = fcmp oeq float %second, %expected
  call void @check(i1 %same)
  ret void
}

define void @floats_go_through_memory() {
  %a = call double @double()
  %sum = fadd double %a, %a
  store double %sum, ptr @slot, align 8
  %bits = load i64, ptr @slot, align 8
  %loaded = bitcast i64 %bits to double
  %product = fmul double %a, 2.0
  %same = fcmp ueq double %loaded, %product
  call void @check(i1 %same)
  ret void
}

define void @a_sine_may_be_anything() {
  %a = call float @finite()
  %sine = call float @llvm.sin.f32(float %a)
  %is_number = fcmp ord float %sine, %sine
  call void @"proofhouse::machine::assume"(i1 %is_number)
  %twice = fadd float %sine, %sine
  %half = fmul float %twice, 0.5
  %magnitude = call float @llvm.fabs.f32(float %half)
  %is_finite = fcmp olt float %magnitude, 0x7FF0000000000000
  call void @"proofhouse::machine::assume"(i1 %is_finite)
  %same = fcmp oeq float %half, %sine
  call void @check(i1 %same)
  ret void
}
